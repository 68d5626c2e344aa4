package dev.forebay.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code MGET}, on its own or as a part of a larger one. */
final class OutgoingMget extends OutgoingRead<List<Optional<byte[]>>> {

  private final List<String> keys;
  private final byte[][] encoded;
  private final int[] positions;
  private @Nullable ReadBatch batch;

  OutgoingMget(List<String> keys, int slot, Link link, Outcomes outcomes) {
    super(slot, link, outcomes);
    this.keys = List.copyOf(keys);
    this.positions = new int[keys.size()];
    this.encoded = new byte[positions.length][];
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = ReadBatch.encode(keys.get(i));
    }
  }

  @Override
  int weightIn(Batch joined) {
    return ((ReadBatch) joined).countOfNew(keys);
  }

  @Override
  void join(Batch joined) {
    batch = (ReadBatch) joined;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = batch.positionOf(keys.get(i), encoded[i]);
    }
    batch.askForValues();
  }

  @Override
  @Nullable
  Throwable receive() {
    if (batch != null) {
      batch.requireAll();
    }
    return null;
  }

  /** Picked out by the caller: the event loop has more to do than each of them. */
  @Override
  List<Optional<byte[]>> value() {
    List<Optional<byte[]>> mine = new ArrayList<>(positions.length);
    for (int position : positions) {
      mine.add(batch == null ? Optional.empty() : Optional.ofNullable(batch.value(position)));
    }
    return mine;
  }
}
