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
 * {@code -Dforebay.stress.seconds=120} makes it run longer.
 */
final class MixedLoad {

  static final Duration RUN = Duration.ofSeconds(Long.getLong("forebay.stress.seconds", 3));

  private static final LuaScript ECHO =
      LuaScript.beside(MixedLoad.class, "key_and_value").combinable();
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int KEYS = 500;
  private static final int CALLERS = 64;

  private final RedisCommands commands;
  private final AtomicInteger keys = new AtomicInteger();
  private final ThreadLocal<String> own =
      ThreadLocal.withInitial(() -> "own:" + keys.incrementAndGet());
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder absent = new LongAdder();
  private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

  MixedLoad(Redis redis) {
    this.commands = redis.commands();
    for (int i = 0; i < KEYS; i++) {
      commands.set("key:" + i, valueOf("key:" + i).getBytes(UTF_8), HOUR).await();
    }
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

  /** Lets the callers go on while {@code disturbance} is repeated; each must end by itself. */
  void runDuring(Disturbance disturbance) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> callers = new ArrayList<>();
    List<ExecutorService> pools = pools();
    for (ExecutorService pool : pools) {
      for (int i = 0; i < CALLERS; i++) {
        callers.add(pool.submit(() -> {
          while (!over.get()) {
            call();
          }
        }));
      }
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

  private void call() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int number = random.nextInt(KEYS);
    String key = "key:" + number;
    long start = System.nanoTime();
    try {
      switch (random.nextInt(10)) {
        case 0 -> readSome(key, "none:" + number, "key:" + (KEYS - 1 - number));
        case 1 -> writeAndRead(random.nextLong());
        case 2, 3, 4 -> runScript(key);
        default -> check(key, commands.get(key).await());
      }
      answered.increment();
    } catch (RedisUnavailableException e) {
      failed.increment();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    longestNanos.accumulate(System.nanoTime() - start);
  }

  private void readSome(String first, String none, String last) {
    List<Optional<byte[]>> values = commands.mget(List.of(first, none, last)).await();
    check(first, values.get(0));
    assertThat(values.get(1)).isEmpty();
    check(last, values.get(2));
  }

  /** Both are sent before either is answered. */
  private void writeAndRead(long number) {
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

  private void runScript(String key) {
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
