package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Many callers who read, write and run a script at once, on platform threads and, where there are
 * any, virtual ones. Every value tells its key, so a reply that went to a wrong caller is found.
 * {@code -Dforebay.stress.seconds=120} and {@code -Dforebay.stress.replies=10000000} make it run
 * longer; see {@code .ci/stress}.
 */
final class MixedLoad {

  static final Duration RUN = Duration.ofSeconds(Long.getLong("forebay.stress.seconds", 3));
  /** How many replies are to be checked where nothing disturbs the callers. */
  static final long REPLIES = Long.getLong("forebay.stress.replies", 200_000);
  /** How many hash tags there are; on a cluster, ten keys each lie in a slot of their own. */
  static final int TAGS = 5;

  private static final LuaScript ECHO =
      LuaScript.beside(MixedLoad.class, "key_and_value").combinable();
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int KEYS = 500;
  private static final int KEYS_OF_TAG = 10;
  private static final int CALLERS = 64;
  /** How much later than its deadline a caller may be served by a machine that is busy. */
  private static final Duration SLACK = Duration.ofSeconds(3);
  /** How much later most of those are served who wait until their deadline. */
  private static final Duration USUAL_SLACK = Duration.ofMillis(500);

  private static final AtomicInteger OWN_KEYS = new AtomicInteger();

  private final List<Redis> connections;
  private final Duration deadline;
  private final List<Runnable> others = new ArrayList<>();
  private final ThreadLocal<String> own =
      ThreadLocal.withInitial(() -> "own:" + OWN_KEYS.incrementAndGet());
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder absent = new LongAdder();
  private final LongAdder held = new LongAdder();
  private final LongAdder heldLong = new LongAdder();
  private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

  /** Writes what is to be read. The callers are spread over the connections, which have one deadline. */
  MixedLoad(List<Redis> connections) {
    this.connections = connections;
    this.deadline = connections.get(0).settings().commandTimeout();
    RedisCommands commands = connections.get(0).commands();
    for (int i = 0; i < KEYS; i++) {
      write(commands, "key:" + i);
    }
    for (int tag = 0; tag < TAGS; tag++) {
      for (int i = 0; i < KEYS_OF_TAG; i++) {
        write(commands, tag(tag) + ":" + i);
      }
    }
  }

  MixedLoad(Redis redis) {
    this(List.of(redis));
  }

  private static void write(RedisCommands commands, String key) {
    commands.set(key, valueOf(key).getBytes(UTF_8), HOUR).await();
  }

  /** Returns what keys of one slot begin with. */
  static String tag(int number) {
    return "{g" + number + "}";
  }

  /** Lets one more caller go on beside these, on a platform thread. */
  MixedLoad beside(Runnable call) {
    others.add(call);
    return this;
  }

  /** Calls that were answered, by Redis or by an error of it. */
  long answered() {
    return answered.sum();
  }

  /** Calls that got no answer. */
  long failed() {
    return failed.sum();
  }

  /** Values that Redis did not have any more. */
  long absent() {
    return absent.sum();
  }

  Duration longest() {
    return Duration.ofNanos(longestNanos.get());
  }

  /** Asserts that some calls failed, and nobody waited longer than until his deadline. */
  void assertOnlyLate() {
    assertThat(longest()).isLessThan(deadline.multipliedBy(2).plus(SLACK));
    assertThat(heldLong.sum())
        .as("calls of %s that took %s longer than until the deadline", held, USUAL_SLACK)
        .isLessThanOrEqualTo(held.sum() / 2 + 2 * CALLERS);
    assertThat(answered()).isGreaterThan(1_000);
    assertThat(failed()).isPositive();
  }

  /** Asserts that nobody waited for a long deadline: one that was forgotten would have slept so long. */
  void assertNobodyForgotten() {
    assertThat(deadline).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    assertThat(longest()).isLessThan(deadline.dividedBy(2));
    assertThat(answered()).isGreaterThan(1_000);
  }

  void runDuring(Disturbance disturbance) throws Exception {
    runDuring(disturbance, this);
  }

  /** Lets all callers go on while {@code disturbance} is repeated; each must end by itself. */
  static void runDuring(Disturbance disturbance, MixedLoad... loads) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> callers = new ArrayList<>();
    List<ExecutorService> pools = new ArrayList<>();
    for (MixedLoad load : loads) {
      pools.addAll(load.start(over, callers));
    }
    try {
      long end = System.nanoTime() + RUN.toNanos();
      do {
        disturbance.run();
      } while (System.nanoTime() < end);
    } finally {
      over.set(true);
      for (Future<?> caller : callers) {
        caller.get(60, TimeUnit.SECONDS);
      }
      pools.forEach(ExecutorService::shutdown);
    }
  }

  interface Disturbance {
    void run() throws Exception;
  }

  private List<ExecutorService> start(AtomicBoolean over, List<Future<?>> callers)
      throws ReflectiveOperationException {
    List<ExecutorService> pools = new ArrayList<>(pools());
    for (ExecutorService pool : pools) {
      for (int i = 0; i < CALLERS; i++) {
        RedisCommands commands = connections.get(i % connections.size()).commands();
        callers.add(pool.submit(repeated(() -> call(commands), over)));
      }
    }
    ExecutorService pool = Executors.newCachedThreadPool();
    others.forEach(other -> callers.add(pool.submit(repeated(other, over))));
    pools.add(pool);
    return pools;
  }

  private static Runnable repeated(Runnable call, AtomicBoolean over) {
    return () -> {
      while (!over.get()) {
        call.run();
      }
    };
  }

  private void call(RedisCommands commands) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int number = random.nextInt(KEYS);
    String key = "key:" + number;
    String tag = tag(random.nextInt(TAGS));
    String tagged = tag + ":" + random.nextInt(KEYS_OF_TAG);
    long start = System.nanoTime();
    try {
      switch (random.nextInt(14)) {
        case 0 -> readSome(commands, List.of(key, "none:" + number, "key:" + (KEYS - 1 - number)));
        case 1 -> writeAndRead(commands, random.nextLong());
        case 2, 3, 4 -> runScript(commands, key);
        case 5, 6 -> runScript(commands, tagged);
        case 7 -> readSome(commands, List.of(tagged, tag + ":0", tag + ":9"));
        case 8, 9 -> check(tagged, commands.get(tagged).await());
        default -> check(key, commands.get(key).await());
      }
      answered.increment();
    } catch (RedisUnavailableException e) {
      failed.increment();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    note(System.nanoTime() - start);
  }

  private void note(long nanos) {
    longestNanos.accumulate(nanos);
    if (nanos >= deadline.toNanos()) {
      held.increment();
      if (nanos >= deadline.plus(USUAL_SLACK).toNanos()) {
        heldLong.increment();
      }
    }
  }

  private void readSome(RedisCommands commands, List<String> keys) {
    List<Optional<byte[]>> values = commands.mget(keys).await();
    assertThat(values).hasSameSizeAs(keys);
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).startsWith("none:")) {
        assertThat(values.get(i)).isEmpty();
      } else {
        check(keys.get(i), values.get(i));
      }
    }
  }

  /** Both are sent before either is answered. */
  private void writeAndRead(RedisCommands commands, long number) {
    String mine = own.get();
    String value = Long.toString(number);
    var set = commands.set(mine, value.getBytes(UTF_8), HOUR);
    var get = commands.get(mine);
    Optional<byte[]> read;
    try {
      set.await();
      read = get.await();
    } catch (RedisUnavailableException e) {
      // What got no answer may arrive later, over what is written by another socket meanwhile.
      own.remove();
      throw e;
    }
    if (read.isEmpty()) {
      absent.increment();
    }
    read.ifPresent(bytes -> assertThat(new String(bytes, UTF_8)).isEqualTo(value));
  }

  private void runScript(RedisCommands commands, String key) {
    ScriptReply reply = commands.eval(ECHO, List.of(key), List.of()).await();
    assertThat(reply.text(0)).isEqualTo(key);
    check(key, reply.bytes(1));
  }

  private void check(String key, Optional<byte[]> value) {
    if (value.isEmpty()) {
      absent.increment();
    }
    value.ifPresent(bytes -> assertThat(new String(bytes, UTF_8)).isEqualTo(valueOf(key)));
  }

  private static String valueOf(String key) {
    return "value of " + key;
  }

  static List<ExecutorService> pools() throws ReflectiveOperationException {
    List<ExecutorService> pools = new ArrayList<>();
    pools.add(Executors.newFixedThreadPool(CALLERS));
    if (Runtime.version().feature() >= 21) {
      pools.add((ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
    }
    return pools;
  }
}
