package dev.forebay.redis;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET}, on its own or as a part of an {@code MGET}. */
final class OutgoingGet extends OutgoingRead<Optional<byte[]>> {

  private final String key;
  private int position;
  private byte @Nullable [] value;

  OutgoingGet(String key, Link link, Outcomes outcomes) {
    super(link, outcomes);
    this.key = key;
  }

  @Override
  int keyCount() {
    return 1;
  }

  @Override
  void join(ReadBatch batch) {
    position = batch.positionOf(key);
  }

  @Override
  void receive(List<byte[]> values) {
    value = values.get(position);
  }

  @Override
  Optional<byte[]> value() {
    return Optional.ofNullable(value);
  }
}
