package dev.forebay.redis;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET}, on its own or as a part of an {@code MGET}. */
final class OutgoingGet extends OutgoingRead<Optional<byte[]>> {

  private final String key;
  private final byte[] encoded;
  private @Nullable ReadBatch batch;
  private int position;
  private byte @Nullable [] value;

  OutgoingGet(String key, int slot, Link link, Outcomes outcomes) {
    super(slot, link, outcomes);
    this.key = key;
    this.encoded = ReadBatch.encode(key);
  }

  @Override
  int weightIn(Batch joined) {
    return 1;
  }

  @Override
  void join(Batch joined) {
    batch = (ReadBatch) joined;
    position = batch.positionOf(key, encoded);
  }

  @Override
  @Nullable
  Throwable receive() {
    if (batch != null) {
      batch.requireAll();
      value = batch.value(position);
    }
    return null;
  }

  @Override
  Optional<byte[]> value() {
    return Optional.ofNullable(value);
  }
}
