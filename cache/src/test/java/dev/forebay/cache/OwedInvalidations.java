package dev.forebay.cache;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the members of a {@link History} in this process invalidated and Redis may not have yet. Of
 * their puts the source tells other processes. Safe for concurrent use.
 */
final class OwedInvalidations {

  /** An invalidation that was sent, or noted, when the row had a version. */
  record Owed(HistoryMember by, int row, long version, boolean put) {}

  private final VersionedSource source;
  private final Set<Integer> writable;
  private final Set<Owed> owed = ConcurrentHashMap.newKeySet();
  private final ReentrantLock telling = new ReentrantLock();

  /** @param writable rows that this process changes; no other process may */
  OwedInvalidations(VersionedSource source, Collection<Integer> writable) {
    this.source = source;
    this.writable = Set.copyOf(writable);
  }

  /** Notes that an invalidation has returned; before anyone else may change its rows. */
  void add(HistoryMember by, Map<Integer, Long> versions, boolean put) {
    versions.forEach((row, version) -> {
      owed.add(new Owed(by, row, version, put));
      if (put) {
        tell(row);
      }
    });
  }

  List<Owed> of(HistoryMember member) {
    return owed.stream().filter(one -> one.by() == member).toList();
  }

  List<Owed> of(int row) {
    return owed.stream().filter(one -> one.row() == row).toList();
  }

  /** Notes that Redis has them. */
  void settled(List<Owed> settled) {
    for (Owed one : settled) {
      source.acknowledge(one.row(), one.version());
      owed.remove(one);
      if (one.put()) {
        tell(one.row());
      }
    }
  }

  /**
   * Returns the lowest version that a put by anyone but {@code member} may bring back late: one that
   * got no answer may still be stored, until its instance is back and deletes it.
   */
  long lowestLatePut(HistoryMember member, int row) {
    long lowest = writable.contains(row) ? Long.MAX_VALUE : source.lowestLatePut(row);
    for (Owed late : owed) {
      if (late.put() && late.row() == row && late.by() != member) {
        lowest = Math.min(lowest, late.version());
      }
    }
    return lowest;
  }

  private void tell(int row) {
    telling.lock();
    try {
      source.lowestLatePut(
          row,
          of(row).stream().filter(Owed::put).mapToLong(Owed::version).min().orElse(Long.MAX_VALUE));
    } finally {
      telling.unlock();
    }
  }
}
