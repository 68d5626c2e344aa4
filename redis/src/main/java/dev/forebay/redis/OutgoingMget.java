package dev.forebay.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code MGET}, on its own or as a part of a larger one. */
final class OutgoingMget extends OutgoingRead<List<Optional<byte[]>>> {

  private final List<String> keys;
  private final int[] positions;
  private List<Optional<byte[]>> value = List.of();

  OutgoingMget(List<String> keys, Link link, Outcomes outcomes) {
    super(link, outcomes);
    this.keys = List.copyOf(keys);
    this.positions = new int[keys.size()];
  }

  @Override
  int keyCount() {
    return keys.size();
  }

  @Override
  void join(ReadBatch batch) {
    for (int i = 0; i < positions.length; i++) {
      positions[i] = batch.positionOf(keys.get(i));
    }
    batch.askForValues();
  }

  @Override
  void receive(List<byte[]> values) {
    List<Optional<byte[]>> mine = new ArrayList<>(positions.length);
    for (int position : positions) {
      mine.add(Optional.ofNullable(values.get(position)));
    }
    value = mine;
  }

  @Override
  List<Optional<byte[]>> value() {
    return value;
  }
}
