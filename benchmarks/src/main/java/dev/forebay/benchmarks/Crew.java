package dev.forebay.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The callers of one turn. They start together, perform until time is over, and stay alive until
 * the meters were read. Histograms are made before the start, so that they do not count as
 * allocated.
 */
final class Crew {

  private static final long PATIENCE_SECONDS = 120;
  private static final long TICK_MILLIS = 500;

  private final Stage stage;
  private final Act act;
  private final AtomicLong rounds;
  private final long durationNanos;
  private final CyclicBarrier lockstep;
  private final List<Caller> callers = new ArrayList<>();
  private final CountDownLatch ready;
  private final CountDownLatch start = new CountDownLatch(1);
  private final CountDownLatch finished;
  private final CountDownLatch metered = new CountDownLatch(1);
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Map<Long, Long> slowest = new TreeMap<>();
  private long played;
  private volatile long end;
  private volatile boolean over;

  /** @param rounds the last round that was played, which goes on from turn to turn */
  Crew(Stage stage, Act act, AtomicLong rounds, double seconds) {
    int count = stage.played().callers().count();
    this.stage = stage;
    this.act = act;
    this.rounds = rounds;
    this.durationNanos = (long) (seconds * 1e9);
    this.lockstep = new CyclicBarrier(count, this::nextRound);
    this.ready = new CountDownLatch(count);
    this.finished = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      callers.add(new Caller());
    }
  }

  Turn play() throws Exception {
    ThreadStarter starter = ThreadStarter.of(stage.played().callers());
    callers.forEach(starter::start);
    ready.await();
    var unused = stage.completions();
    Map<String, Long> countsBefore = act.counts();
    JvmMeter before = JvmMeter.read();
    long started = System.nanoTime();
    end = started + durationNanos;
    start.countDown();
    awaitEveryone();
    act.settle();
    long nanos = System.nanoTime() - started;
    JvmMeter used = JvmMeter.read().since(before);
    metered.countDown();
    Histogram latencies =
        stage.played().pace() == Pace.BY_CONTESTANT ? stage.completions() : Latencies.none();
    callers.forEach(caller -> latencies.add(caller.latencies));
    Throwable first = failure.get();
    return new Turn(
        latencies.getTotalCount(),
        played,
        failures.get(),
        first == null ? null : first.toString(),
        nanos,
        used.cpuNanos(),
        used.allocatedBytes(),
        Latencies.encode(latencies),
        slowest,
        growth(countsBefore, act.counts()));
  }

  private void awaitEveryone() throws InterruptedException {
    long patience = durationNanos + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    if (!finished.await(patience, TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException(finished.getCount() + " callers of '"
          + stage.played().name() + "' hang for " + PATIENCE_SECONDS + " s");
    }
  }

  // Runs in the last caller to arrive, while all others wait.
  private void nextRound() {
    if (played > 0) {
      slowest.put(
          rounds.get(), callers.stream().mapToLong(caller -> caller.last).max().orElse(0));
    }
    over = System.nanoTime() - end >= 0;
    if (!over) {
      played++;
      rounds.set(stage.played().instances() > 1 ? tick() : rounds.get() + 1);
    }
  }

  // All JVMs begin a round together, and under one number: that of a tick of their common clock.
  private static long tick() {
    long next = System.currentTimeMillis() / TICK_MILLIS + 1;
    for (long left = 1; left > 0; left = next * TICK_MILLIS - System.currentTimeMillis()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(left));
    }
    return next;
  }

  private static Map<String, Long> growth(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> growth = new TreeMap<>(after);
    before.forEach((name, count) -> growth.merge(name, -count, Long::sum));
    return growth;
  }

  private final class Caller implements Runnable {

    private final Histogram latencies = Latencies.none();
    private long last;

    @Override
    public void run() {
      try {
        ready.countDown();
        start.await();
        switch (stage.played().pace()) {
          case FREE -> performFreely();
          case LOCKSTEP -> performInLockstep();
          case BY_CONTESTANT -> performUntimed();
        }
      } catch (Throwable e) {
        fail(e);
      } finally {
        finished.countDown();
        awaitMeters();
      }
    }

    private void performFreely() {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      int entries = stage.entries();
      for (long now = System.nanoTime(); now - end < 0; ) {
        boolean done = performed(random.nextInt(entries));
        long after = System.nanoTime();
        if (done) {
          latencies.recordValue(Latencies.within(after - now));
        }
        now = after;
      }
    }

    private void performUntimed() {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      int entries = stage.entries();
      while (System.nanoTime() - end < 0) {
        var unused = performed(random.nextInt(entries));
      }
    }

    private void performInLockstep() throws Exception {
      while (true) {
        var unused = lockstep.await();
        if (over) {
          return;
        }
        long now = System.nanoTime();
        boolean done = performed(rounds.get());
        last = System.nanoTime() - now;
        if (done) {
          latencies.recordValue(Latencies.within(last));
        }
      }
    }

    private boolean performed(long number) {
      try {
        act.perform(number);
        return true;
      } catch (Throwable e) {
        fail(e);
        return false;
      }
    }

    private void fail(Throwable e) {
      failures.incrementAndGet();
      failure.compareAndSet(null, e);
    }

    private void awaitMeters() {
      try {
        metered.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
