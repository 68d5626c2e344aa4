package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.HistoryMember.LoadFailure;
import dev.forebay.cache.HistoryMember.Read;
import dev.forebay.cache.HistoryMember.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Instances of an application whose threads read and change rows at random, each change first in the
 * source and then through the cache, or between the begin and the end of its invalidation. The source
 * fails at times, and has no row in some versions. It holds for every read, also for one that is told
 * of a failure, or that there is no row:
 *
 * <ul>
 *   <li>Once Redis has an invalidation that was sent when the row had version {@code v}, no read that
 *       begins afterwards, in any instance, is served a version below {@code v}. The same holds for
 *       entries that are served while they are refreshed.
 *   <li>If Redis could not be reached, it holds for the instance that invalidated at once, and for
 *       others when that instance has nothing left in its journal.
 *   <li>Two exceptions. A read may share the round trip of another one of its instance that is under
 *       way, and is as old as that. A put that got no answer may be stored late, over a newer one, and
 *       stays until its instance deletes it from its journal.
 * </ul>
 *
 * Writers hold a lock per row, as an application has it by a lock in its database.
 *
 * <p>{@code -Dforebay.history.seed=...} asks for the same operations again, though not for the same
 * interleaving; {@code -Dforebay.stress.seconds=300} makes histories run longer.
 */
final class History implements AutoCloseable {

  static final int ROWS = 12;
  static final List<Integer> ALL = IntStream.range(0, ROWS).boxed().toList();
  private static final Duration RUN = Duration.ofSeconds(Long.getLong("forebay.stress.seconds", 2));
  private static final int THREADS = 4;

  final List<HistoryMember> members = new ArrayList<>();
  private final VersionedSource source;
  private final List<Integer> writable;
  private final long seed;
  private final boolean faulty;
  private final List<ReentrantLock> locks =
      IntStream.range(0, ROWS).mapToObj(row -> new ReentrantLock()).toList();
  private final OwedInvalidations owed;
  private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
  private final LongAdder reads = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final AtomicBoolean over = new AtomicBoolean();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> running = new ArrayList<>();

  /**
   * @param writable rows that this process changes; no other process may
   * @param faulty whether the connection to Redis may fail: who shares a load then cannot know
   *     whether it was overtaken
   */
  History(VersionedSource source, List<Integer> writable, long seed, boolean faulty) {
    this.source = source;
    this.writable = writable;
    this.seed = seed;
    this.faulty = faulty;
    this.owed = new OwedInvalidations(source, writable);
  }

  /** Returns a history of all rows, of a source that lies in {@code folder}. */
  static History in(Path folder, boolean faulty) throws IOException {
    return new History(new VersionedSource(folder.resolve("source"), ROWS), ALL, newSeed(), faulty);
  }

  /** Returns the seed that was asked for, else one of its own. */
  static long newSeed() {
    return Long.getLong("forebay.history.seed", ThreadLocalRandom.current().nextLong());
  }

  void add(CachesFixture instance) {
    members.add(new HistoryMember(instance, source, owed, false));
  }

  /** Adds a member that does not always invalidate what it has changed. */
  void addForgetful(CachesFixture instance) {
    members.add(new HistoryMember(instance, source, owed, true));
  }

  void start() {
    long number = seed;
    for (HistoryMember member : members) {
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(number++);
        running.add(threads.submit(() -> {
          while (!over.get()) {
            step(member, random);
          }
        }));
      }
    }
  }

  /** Lets every thread finish what it is doing. */
  void stop() throws Exception {
    over.set(true);
    for (Future<?> thread : running) {
      thread.get(120, TimeUnit.SECONDS);
    }
  }

  /** Lets the threads go on for as long as a history is to run, and until they did enough. */
  void pass() {
    pass(RUN);
    awaitEnough();
  }

  /** Waits until so much was done that it means something if nothing went wrong. */
  void awaitEnough() {
    int count = members.size();
    await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
      assertThat(reads.sum()).as("reads").isGreaterThan(700L * count);
      assertThat(writes.sum()).as("writes").isGreaterThan(200L * count);
      assertThat(sum(CacheStatistics::hits)).as("hits").isGreaterThan(200L * count);
      assertThat(sum(CacheStatistics::staleServed)).as("served stale").isGreaterThan(50L * count);
      assertThat(sum(CacheStatistics::refreshes)).as("refreshes").isGreaterThan(10L * count);
      assertThat(sum(CacheStatistics::waits)).as("waits").isPositive();
    });
  }

  private long sum(ToLongFunction<CacheStatistics> count) {
    return members.stream().mapToLong(member -> member.sum(count)).sum();
  }

  /** Lets the threads go on for a while. */
  static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** As {@link #pass()}, while there are disturbances: of each kind as often as of any other. */
  <T> void passDoing(Collection<T> kinds, BiConsumer<T, Random> disturb) {
    Random random = new Random(seed);
    List<T> order = new ArrayList<>(kinds);
    long end = System.nanoTime() + RUN.toNanos();
    do {
      Collections.shuffle(order, random);
      for (T kind : order) {
        pass(Duration.ofMillis(random.nextInt(200)));
        disturb.accept(kind, random);
      }
    } while (System.nanoTime() < end);
    awaitEnough();
  }

  /**
   * Waits until Redis has every invalidation, then lets every member read every row, until it finds
   * some in Redis.
   */
  void settle() {
    await()
        .atMost(Duration.ofSeconds(45))
        .until(() -> members.stream().allMatch(HistoryMember::settle));
    for (HistoryMember member : members) {
      await().atMost(Duration.ofSeconds(45)).until(() -> readsSomeFromRedis(member));
    }
  }

  private boolean readsSomeFromRedis(HistoryMember member) {
    long before = member.sum(CacheStatistics::hits);
    ALL.forEach(row -> get(member, row));
    ALL.forEach(row -> getOrLoad(member, row));
    return member.sum(CacheStatistics::hits) > before;
  }

  /** Fails unless what holds for reads held for all of them. */
  void verify() {
    assertThat(violations())
        .as("seed %d, %d reads, %d writes", seed, reads.sum(), writes.sum())
        .isEmpty();
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  private void step(HistoryMember member, Random random) {
    int row = random.nextInt(ROWS);
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> getOrLoad(member, row);
      case 4, 5 -> get(member, row);
      case 6, 7 -> getAllOrLoad(member, some(rowsLike(row), random));
      default -> change(member, writable.get(random.nextInt(writable.size())), random);
    }
    member.settle();
  }

  void getOrLoad(HistoryMember member, int row) {
    Read read = member.begin(row, true);
    try {
      check(member, "getOrLoad", read, member.cacheOf(row).getOrLoad(row, member::load));
    } catch (LoadFailure e) {
      check(member, "getOrLoad (a failure)", read, e.of(row));
    } finally {
      member.end(read);
    }
  }

  void get(HistoryMember member, int row) {
    Read read = member.begin(row, false);
    check(member, "get", read, member.cacheOf(row).get(row).orElse(null));
  }

  private void getAllOrLoad(HistoryMember member, List<Integer> rows) {
    List<Read> begun = rows.stream().map(row -> member.begin(row, true)).toList();
    try {
      Map<Integer, Row> found = member.cacheOf(rows.get(0)).getAllOrLoad(rows, member::loadAll);
      begun.forEach(read -> {
        Row row = found.get(read.row());
        if (row == null) {
          checkAbsence(member, read);
        } else {
          check(member, "getAllOrLoad", read, row);
        }
      });
    } catch (LoadFailure e) {
      reads.increment(); // its own: batches share values only
    } finally {
      begun.forEach(member::end);
    }
  }

  private void check(HistoryMember member, String operation, Read read, @Nullable Row found) {
    reads.increment();
    if (found == null) {
      return;
    }
    // Whoever shares a load from before he asked knows by its lease that nothing changed meanwhile.
    boolean shared = read.loading().contains(found.load());
    long atLeast = shared ? atLeastIfShared(read) : read.atLeast();
    if (found.version() < atLeast || found.number() != read.row()) {
      violations.add("%s of row %d in instance %d was served %s%s, must be at least %d; now %s"
          .formatted(
              operation,
              read.row(),
              members.indexOf(member),
              found,
              shared ? " of a load under way" : "",
              atLeast,
              member.knownOf(read.row())));
    }
  }

  private long atLeastIfShared(Read read) {
    return faulty ? read.atLeast() : read.floor();
  }

  /** A row that a batch did not find must have been absent in some version; never is that cached. */
  private void checkAbsence(HistoryMember member, Read read) {
    reads.increment();
    long atLeast = atLeastIfShared(read);
    long latest = source.version(read.row());
    if (LongStream.rangeClosed(atLeast, latest).noneMatch(HistoryMember::isAbsent)) {
      violations.add(
          "getAllOrLoad found no row %d in instance %d, which was there from %d to %d; now %s"
              .formatted(
                  read.row(),
                  members.indexOf(member),
                  atLeast,
                  latest,
                  member.knownOf(read.row())));
    }
  }

  /** Changes a row in the source, then tells the cache; or tells it before and after. */
  private void change(HistoryMember member, int row, Random random) {
    writes.increment();
    Cache<Integer, Row> cache = member.cacheOf(row);
    int way = random.nextInt(20);
    List<Integer> rows = (way > 4 && way < 8) || way > 17
        ? some(rowsLike(row).filter(writable::contains), random)
        : List.of(row);
    rows.forEach(each -> locks.get(each).lock());
    try {
      if (way > 15) {
        changeWithin(member, cache, rows, way);
        return;
      }
      rows.forEach(source::change);
      if (way < 5) {
        invalidate(member, rows, false, () -> cache.delete(row));
      } else if (way < 7) {
        invalidate(member, rows, false, () -> cache.deleteAll(rows));
      } else if (way < 8) {
        Map<Integer, Row> values = new LinkedHashMap<>();
        rows.forEach(each -> values.put(each, new Row(each, source.version(each), 0)));
        invalidate(member, rows, true, () -> cache.putAll(values));
      } else if (way < 12) {
        Row value = new Row(row, source.version(row), 0);
        invalidate(member, rows, true, () -> cache.put(row, value));
      } else if (way < 14) {
        List<Integer> tagged = rowsLike(row)
            .filter(each -> HistoryMember.tagOf(each).equals(HistoryMember.tagOf(row)))
            .boxed()
            .toList();
        invalidate(member, tagged, false, () -> cache.deleteTagged(HistoryMember.tagOf(row)));
      } else if (way < 15) {
        invalidate(member, rowsLike(row).boxed().toList(), false, cache::clear);
      } else {
        invalidate(
            member,
            rowsLike(row).boxed().toList(),
            false,
            () -> cache.deleteMatching(cache.name() + ":*"));
      }
    } finally {
      rows.forEach(each -> locks.get(each).unlock());
    }
  }

  private void changeWithin(
      HistoryMember member, Cache<Integer, Row> cache, List<Integer> rows, int way) {
    int row = rows.get(0);
    // Nobody else changes it: its lock is held.
    Row next = new Row(row, source.version(row) + 1, 0);
    Map<Integer, Long> versions = new LinkedHashMap<>();
    if (way > 17) {
      PendingInvalidation pending = cache.beginInvalidation(rows);
      rows.forEach(each -> versions.put(each, source.change(each)));
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(3_000_000));
      pending.close();
    } else if (way > 16) {
      cache.writeThrough(row, next, (same, value) -> versions.put(row, source.change(row)));
    } else {
      cache.writeAround(row, next, (same, value) -> versions.put(row, source.change(row)));
    }
    member.invalidated(versions, false);
  }

  private void invalidate(
      HistoryMember member, List<Integer> rows, boolean put, Runnable invalidation) {
    Map<Integer, Long> versions = new LinkedHashMap<>();
    rows.forEach(row -> versions.put(row, source.version(row)));
    if (!member.forgets()) {
      invalidation.run();
    }
    member.invalidated(versions, put);
  }

  /** Rows of the same cache. */
  private static IntStream rowsLike(int row) {
    return IntStream.range(0, ROWS).filter(other -> other % 2 == row % 2);
  }

  /** Some of them, at least one, in ascending order, in which they are locked too. */
  private static List<Integer> some(IntStream rows, Random random) {
    List<Integer> all = rows.boxed().toList();
    Set<Integer> some = new TreeSet<>();
    do {
      some.add(all.get(random.nextInt(all.size())));
    } while (random.nextInt(3) > 0);
    return List.copyOf(some);
  }

  @Override
  public void close() {
    over.set(true);
    threads.shutdownNow();
    members.forEach(member -> member.instance.close());
  }
}
