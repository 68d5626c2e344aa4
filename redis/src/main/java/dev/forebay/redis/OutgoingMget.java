package dev.forebay.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code MGET}, on its own or as a part of a larger one. */
final class OutgoingMget extends OutgoingRead<List<Optional<byte[]>>> {

  private final List<String> keys;
  private final int[] positions;
  private @Nullable ReadBatch batch;
  private List<Optional<byte[]>> value = List.of();

  OutgoingMget(List<String> keys, int slot, Link link, Outcomes outcomes) {
    super(slot, link, outcomes);
    this.keys = List.copyOf(keys);
    this.positions = new int[keys.size()];
  }

  @Override
  int weight() {
    return keys.size();
  }

  @Override
  void join(Batch joined) {
    batch = (ReadBatch) joined;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = batch.positionOf(keys.get(i));
    }
    batch.askForValues();
  }

  @Override
  @Nullable
  Throwable receive() {
    List<Optional<byte[]>> mine = new ArrayList<>(positions.length);
    for (int position : positions) {
      mine.add(batch == null ? Optional.empty() : Optional.ofNullable(batch.value(position)));
    }
    value = mine;
    return null;
  }

  @Override
  List<Optional<byte[]>> value() {
    return value;
  }
}
