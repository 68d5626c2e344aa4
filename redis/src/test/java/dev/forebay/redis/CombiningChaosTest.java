package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
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
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many callers at once, on platform threads and, where there are any, virtual ones. For a longer
 * run: {@code -Dforebay.stress.seconds=120}.
 */
@RedisTest
@Isolated("It keeps all processors busy, and others have deadlines to meet")
@Timeout(600)
class CombiningChaosTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration RUN = Duration.ofSeconds(Long.getLong("forebay.stress.seconds", 3));
  private static final int KEYS = 500;
  private static final int CALLERS = 64;

  /** How much later than its deadline a caller may be served by a machine that is busy. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

  @Test
  void every_reply_is_that_of_its_key_and_nobody_is_forgotten(@OwnServer EmbeddedRedis server)
      throws Exception {
    Duration timeout = Duration.ofSeconds(30);
    try (Redis redis = connect(server, timeout)) {
      fill(redis.commands());
      run(redis, () -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10)));
    }
    assertThat(failed.sum()).isZero();
    assertThat(answered.sum()).isGreaterThan(10_000);
    // One that was forgotten would have slept until the deadline.
    assertThat(longestNanos.get()).isLessThan(timeout.toNanos() / 2);
  }

  @Test
  void a_server_that_dies_and_hangs_gives_no_wrong_reply_and_holds_nobody_past_the_deadline(
      @OwnServer(appendOnly = true) EmbeddedRedis server) throws Exception {
    Duration timeout = Duration.ofMillis(250);
    try (Redis redis = connect(server, timeout)) {
      fill(redis.commands());
      run(redis, () -> disturb(server));
      assertThat(longestNanos.get()).isLessThan(timeout.plus(SLACK).toNanos());
      assertThat(answered.sum()).isGreaterThan(1_000);
      assertThat(failed.sum()).isPositive();
    }
  }

  @Test
  void a_caller_gives_up_at_its_deadline_on_whatever_kind_of_thread(@OwnServer EmbeddedRedis server)
      throws Exception {
    try (Redis redis = connect(server, Duration.ofMillis(100))) {
      server.pause();
      try {
        for (ExecutorService pool : pools()) {
          Future<?> caller =
              pool.submit(() -> assertThatThrownBy(redis.commands().get("a")::await)
                  .isInstanceOf(RedisUnavailableException.class)
                  .hasMessageContaining("within 100 ms"));
          caller.get(20, TimeUnit.SECONDS);
          pool.shutdown();
        }
      } finally {
        server.resume();
      }
      assertThat(redis.statistics().timeouts()).isEqualTo(pools().size());
    }
  }

  private static void disturb(EmbeddedRedis server) {
    if (ThreadLocalRandom.current().nextBoolean()) {
      server.pause();
      LockSupport.parkNanos(
          TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(600)));
      server.resume();
    } else {
      server.kill();
      server.restart();
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
  }

  /** Lets the callers read while {@code disturbance} is repeated; each must end by itself. */
  private void run(Redis redis, Runnable disturbance) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> callers = new ArrayList<>();
    List<ExecutorService> pools = pools();
    for (ExecutorService pool : pools) {
      for (int i = 0; i < CALLERS; i++) {
        callers.add(pool.submit(() -> {
          while (!over.get()) {
            call(redis.commands());
          }
        }));
      }
    }
    long end = System.nanoTime() + RUN.toNanos();
    while (System.nanoTime() < end) {
      disturbance.run();
    }
    over.set(true);
    for (Future<?> caller : callers) {
      caller.get(60, TimeUnit.SECONDS);
    }
    pools.forEach(ExecutorService::shutdown);
  }

  /** Reads a key or some, or writes one of its own and reads that. */
  private void call(RedisCommands commands) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int number = random.nextInt(KEYS);
    String key = "key:" + number;
    long start = System.nanoTime();
    try {
      switch (random.nextInt(20)) {
        case 0 -> {
          List<Optional<byte[]>> values = commands
              .mget(List.of(key, "none:" + number, "key:" + (KEYS - 1 - number)))
              .await();
          assertThat(text(values.get(0))).isEqualTo("value of " + key);
          assertThat(values.get(1)).isEmpty();
          assertThat(text(values.get(2))).isEqualTo("value of key:" + (KEYS - 1 - number));
        }
        case 1 -> {
          String mine = "own:" + Thread.currentThread().hashCode();
          String value = Long.toString(random.nextLong());
          var set = commands.set(mine, value.getBytes(UTF_8), HOUR);
          var get = commands.get(mine);
          set.await();
          assertThat(text(get.await())).isEqualTo(value);
        }
        default -> {
          Optional<byte[]> value = commands.get(key).await();
          assertThat(text(value)).isEqualTo("value of " + key);
        }
      }
      answered.increment();
    } catch (RedisUnavailableException e) {
      failed.increment();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    longestNanos.accumulate(System.nanoTime() - start);
  }

  private static void fill(RedisCommands commands) {
    for (int i = 0; i < KEYS; i++) {
      commands.set("key:" + i, ("value of key:" + i).getBytes(UTF_8), HOUR).await();
    }
  }

  private static Redis connect(EmbeddedRedis server, Duration commandTimeout) {
    Redis redis = Redis.connect(
        RedisSettings.builder().uri(server.uri()).commandTimeout(commandTimeout).build());
    assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
    return redis;
  }

  private static String text(Optional<byte[]> value) {
    return new String(value.orElseThrow(), UTF_8);
  }

  private static List<ExecutorService> pools() throws ReflectiveOperationException {
    List<ExecutorService> pools = new ArrayList<>();
    pools.add(Executors.newFixedThreadPool(CALLERS));
    if (Runtime.version().feature() >= 21) {
      pools.add((ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
    }
    return pools;
  }
}
