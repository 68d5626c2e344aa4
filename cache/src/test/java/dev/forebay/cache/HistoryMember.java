package dev.forebay.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** An instance that takes part in a {@link History}, and what may be asked of its reads. */
final class HistoryMember {

  /** A row as it was in the source when a load began, or when it was put. */
  record Row(int number, long version, long load) {}

  /** A source that fails, or has no such row, and the rows as they were when that load began. */
  static final class LoadFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Map<Integer, Row> rows;

    LoadFailure(Map<Integer, Row> rows) {
      super("The source failed to load " + rows.values());
      this.rows = Map.copyOf(rows);
    }

    /** Returns the row as it was, or null if this is a failure to load others. */
    @Nullable
    Row of(int row) {
      return rows.get(row);
    }
  }

  /**
   * A read of a row under way.
   *
   * @param atLeast the version below which it must not be served
   * @param floor the same if it shares nothing that began before it
   * @param loading loads of its instance that began before it
   */
  record Read(long number, int row, long atLeast, long floor, Set<Long> loading) {}

  /** Numbers that no other process has. */
  private static final AtomicLong LOADS =
      new AtomicLong(ProcessHandle.current().pid() << Integer.SIZE);

  private static final AtomicLong READS = new AtomicLong();

  final CachesFixture instance;
  final Cache<Integer, Row> plain;
  final Cache<Integer, Row> stale;
  private final VersionedSource source;
  private final OwedInvalidations owed;
  private final boolean forgetful;
  private final AtomicLongArray own;
  private final Set<Read> reads = ConcurrentHashMap.newKeySet();
  private final Set<Long> loading = ConcurrentHashMap.newKeySet();

  /**
   * @param owed by all members of this process
   * @param forgetful whether it invalidates nothing in one case of twenty
   */
  HistoryMember(
      CachesFixture instance, VersionedSource source, OwedInvalidations owed, boolean forgetful) {
    this.instance = instance;
    this.source = source;
    this.owed = owed;
    this.forgetful = forgetful;
    this.own = new AtomicLongArray(source.rows());
    this.plain = cache("plain").ttl(Duration.ofMinutes(5)).build();
    // Nearly every read finds an entry that is due to be refreshed.
    this.stale = cache("stale")
        .ttl(Duration.ofMillis(5))
        .serveStaleFor(Duration.ofMinutes(5))
        .build();
  }

  private CacheBuilder<Integer, Row> cache(String name) {
    return instance
        .caches
        .cache(name)
        .key(name + ":{row}", Integer.class)
        .value(Row.class)
        .tags(row -> List.of(tagOf(row)));
  }

  static String tagOf(int row) {
    return "third/" + row % 3;
  }

  /** Returns whether to leave out an invalidation that it has been told to make. */
  boolean forgets() {
    return forgetful && ThreadLocalRandom.current().nextInt(20) == 0;
  }

  /** Returns what its caches have counted. */
  long sum(ToLongFunction<CacheStatistics> count) {
    return count.applyAsLong(plain.statistics()) + count.applyAsLong(stale.statistics());
  }

  /** Even rows are read through one cache, odd ones through the other. */
  Cache<Integer, Row> cacheOf(int row) {
    return row % 2 == 0 ? plain : stale;
  }

  /** Returns whether there is no such row in a version. */
  static boolean isAbsent(long version) {
    return version % 5 == 4;
  }

  /** Loads as an application does whose source fails at times, and has no row in some versions. */
  Row load(int row) {
    Row loaded = query(row);
    if (isAbsent(loaded.version()) || ThreadLocalRandom.current().nextInt(10) == 0) {
      throw new LoadFailure(Map.of(row, loaded));
    }
    return loaded;
  }

  /** As {@link #load}; rows that there are not are left out. */
  Map<Integer, Row> loadAll(Collection<Integer> rows) {
    Map<Integer, Row> loaded = new HashMap<>();
    rows.forEach(row -> loaded.put(row, query(row)));
    if (ThreadLocalRandom.current().nextInt(20) == 0) {
      throw new LoadFailure(loaded);
    }
    loaded.values().removeIf(row -> isAbsent(row.version()));
    return loaded;
  }

  /** Asks the source as an application does that needs some time after its query. */
  private Row query(int row) {
    long load = LOADS.incrementAndGet();
    loading.add(load);
    try {
      Row loaded = new Row(row, source.version(row), load);
      ThreadLocalRandom random = ThreadLocalRandom.current();
      LockSupport.parkNanos(random.nextInt(10) == 0 ? 20_000_000 : random.nextInt(2_000_000));
      return loaded;
    } finally {
      loading.remove(load);
    }
  }

  /**
   * To be called before a row is read.
   *
   * @param sharing whether the read may share one that is under way
   */
  Read begin(int row, boolean sharing) {
    long told = Math.max(source.acknowledged(row), own.get(row));
    long floor = Math.min(told, owed.lowestLatePut(this, row));
    long atLeast = floor;
    if (sharing) {
      for (Read other : reads) {
        if (other.row() == row) {
          atLeast = Math.min(atLeast, other.floor());
        }
      }
      atLeast = Math.max(atLeast, Math.min(floor, own.get(row)));
    }
    Read read = new Read(READS.incrementAndGet(), row, atLeast, floor, new HashSet<>(loading));
    if (sharing) {
      reads.add(read);
    }
    return read;
  }

  void end(Read read) {
    reads.remove(read);
  }

  /** Notes that an invalidation has returned, which was sent when the row had a version. */
  void invalidated(Map<Integer, Long> versions, boolean put) {
    versions.forEach((row, version) -> own.accumulateAndGet(row, version, Math::max));
    owed.add(this, versions, put);
    settle();
  }

  /** Notes what Redis has by now; returns whether that is everything. */
  boolean settle() {
    List<OwedInvalidations.Owed> before = owed.of(this);
    boolean settled = instance.caches.owesNothing();
    if (settled) {
      owed.settled(before);
    }
    return settled;
  }

  /** What is known of a row, for the report of a violation. */
  String knownOf(int row) {
    return "acknowledged %d, by this instance %d, source %d, owed %s"
        .formatted(
            source.acknowledged(row),
            own.get(row),
            source.version(row),
            owed.of(row).stream()
                .map(one -> one.version() + (one.by() == this ? " here" : " elsewhere"))
                .toList());
  }
}
