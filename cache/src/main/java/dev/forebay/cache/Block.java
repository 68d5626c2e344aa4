package dev.forebay.cache;

/**
 * What keeps loads of one entry from being stored while its source is changed. Others may block the
 * same entry meanwhile; each ends its own.
 *
 * @param lease what the entry may be filled under at the end, unless something else came between
 * @param held whether Redis has confirmed it; if not, it may have begun all the same, or may yet
 */
record Block(Lease lease, boolean held) {

  /** Returns what ends it, whether or not it began. */
  Deletion end() {
    return new Deletion(lease.id().name(), lease.token());
  }
}
