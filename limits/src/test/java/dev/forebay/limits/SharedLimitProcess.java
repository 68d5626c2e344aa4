package dev.forebay.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.RedisSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A process whose threads all take permits of one subject for a time, then prints how many they got.
 */
final class SharedLimitProcess implements AutoCloseable {

  static final int THREADS = 64;
  private static final String SUBJECT = "everybody";

  private final Process process;
  private final BufferedReader out;

  SharedLimitProcess(String uri, String prefix, Limit limit, Duration time) throws IOException {
    process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SharedLimitProcess.class.getName(),
            uri,
            prefix,
            Long.toString(limit.permits()),
            limit.window().toString(),
            time.toString())
        .redirectError(Redirect.INHERIT)
        .start();
    out = process.inputReader(UTF_8);
  }

  /** Waits until it is done; returns how many permits its threads got. */
  long admitted() throws IOException {
    return Long.parseLong(String.valueOf(out.readLine()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
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
