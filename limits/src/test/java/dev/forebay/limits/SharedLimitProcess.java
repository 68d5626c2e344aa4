package dev.forebay.limits;

import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.ChildJvm;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A process whose threads all take permits of one subject for a time, then prints how many they got.
 */
final class SharedLimitProcess {

  static final int THREADS = 64;
  private static final String SUBJECT = "everybody";

  private SharedLimitProcess() {}

  /** Starts it; the only line that it prints is how many permits its threads got. */
  static ChildJvm start(String uri, String prefix, Limit limit, Duration time) {
    return ChildJvm.start(
        SharedLimitProcess.class,
        uri,
        prefix,
        Long.toString(limit.permits()),
        limit.window().toString(),
        time.toString());
  }

  public static void main(String[] arguments) throws InterruptedException {
    RedisSettings settings = RedisSettings.builder()
        .uri(arguments[0])
        .keyPrefix(arguments[1])
        .commandTimeout(Duration.ofSeconds(30))
        .build();
    Limit limit = new Limit(Long.parseLong(arguments[2]), Duration.parse(arguments[3]));
    long end = System.nanoTime() + Duration.parse(arguments[4]).toNanos();
    try (LimitsFixture instance = LimitsFixture.on(settings)) {
      System.out.println(admitted(instance, limit, () -> System.nanoTime() < end));
    }
  }

  /** Lets many threads take permits; returns how many they got from Redis. */
  static long admitted(LimitsFixture instance, Limit limit, BooleanSupplier goOn)
      throws InterruptedException {
    RateLimiter limiter = instance
        .limits
        .limiter("shared")
        .limit(limit)
        .whenUnavailable(WhenUnavailable.CLOSED)
        .build();
    AtomicLong admitted = new AtomicLong();
    CountDownLatch done = new CountDownLatch(THREADS);
    for (int i = 0; i < THREADS; i++) {
      new Thread(() -> {
            try {
              while (goOn.getAsBoolean()) {
                if (limiter.check(SUBJECT).isAllowed()) {
                  admitted.incrementAndGet();
                }
              }
            } finally {
              done.countDown();
            }
          })
          .start();
    }
    done.await();
    return admitted.get();
  }
}
