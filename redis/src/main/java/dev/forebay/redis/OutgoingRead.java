package dev.forebay.redis;

/** A read, which may share one command with other reads, on a cluster those of its slot. */
abstract class OutgoingRead<T> extends CombinedReply<T> {

  private final int slot;

  /** @param slot that of all its keys, or 0 where there are no slots */
  OutgoingRead(int slot, Link link, Outcomes outcomes) {
    super(link, outcomes);
    this.slot = slot;
  }

  @Override
  Object group() {
    return slot;
  }

  @Override
  Batch newBatch() {
    return new ReadBatch();
  }
}
