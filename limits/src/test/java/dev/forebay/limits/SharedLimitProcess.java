package dev.forebay.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A process whose threads all take the permits of one subject until Redis says that there are none,
 * then those of the next: so threads of two processes are always at about the same subject.
 */
final class SharedLimitProcess {

  private static final int THREADS = 64;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private SharedLimitProcess() {}

  /** How many permits two processes got of each subject. */
  record Admitted(List<Long> here, List<Long> there) {

    int subjects() {
      return here.size();
    }

    long of(int subject) {
      return here.get(subject) + there.get(subject);
    }

    /** Returns of how many subjects both processes got some. */
    long contested() {
      return IntStream.range(0, subjects())
          .filter(subject -> here.get(subject) > 0 && there.get(subject) > 0)
          .count();
    }
  }

  /** Starts it, and waits until it is ready to take permits. */
  static ChildJvm start(String uri, String prefix, Limit limit) {
    ChildJvm process = ChildJvm.start(
        SharedLimitProcess.class,
        uri,
        prefix,
        Long.toString(limit.permits()),
        limit.window().toString());
    if (!process.readLine().equals("READY")) {
      throw new IllegalStateException("It said something else than READY");
    }
    return process;
  }

  public static void main(String[] arguments) throws IOException {
    RedisSettings settings =
        LimitsFixture.patient(arguments[0]).keyPrefix(arguments[1]).build();
    Limit limit = new Limit(Long.parseLong(arguments[2]), Duration.parse(arguments[3]));
    try (LimitsFixture instance = LimitsFixture.on(settings)) {
      RateLimiter limiter = limiter(instance, limit);
      limiter.check("nobody");
      System.out.println("READY");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int space = line.indexOf(' ');
        int first = Integer.parseInt(line.substring(0, space));
        int count = Integer.parseInt(line.substring(space + 1));
        System.out.println(admitted(limiter, first, count).join().stream()
            .map(String::valueOf)
            .collect(Collectors.joining(" ")));
      }
    }
  }

  /** Builds the limiter that processes share. Without Redis it admits nothing. */
  static RateLimiter limiter(LimitsFixture instance, Limit limit) {
    return instance
        .limits
        .limiter("shared")
        .limit(limit)
        .whenUnavailable(WhenUnavailable.CLOSED)
        .build();
  }

  static String subject(int number) {
    return "subject " + number;
  }

  /** Lets this process and another one take all permits of so many subjects at the same time. */
  static Admitted together(RateLimiter here, ChildJvm there, int first, int count) {
    return begin(here, there, first, count).join();
  }

  /** Lets them begin to, and does not wait for them. */
  static CompletableFuture<Admitted> begin(RateLimiter here, ChildJvm there, int first, int count) {
    CompletableFuture<List<Long>> theirs = CompletableFuture.supplyAsync(
        () -> Arrays.stream(there.ask(first + " " + count).split(" ", -1))
            .map(Long::valueOf)
            .toList(),
        task -> new Thread(task).start());
    return admitted(here, first, count).thenCombine(theirs, Admitted::new);
  }

  private static CompletableFuture<List<Long>> admitted(RateLimiter limiter, int first, int count) {
    AtomicLongArray admitted = new AtomicLongArray(count);
    AtomicInteger taking = new AtomicInteger(THREADS);
    CompletableFuture<List<Long>> all = new CompletableFuture<>();
    for (int thread = 0; thread < THREADS; thread++) {
      Thread taker = new Thread(() -> {
        try {
          for (int i = 0; i < count; i++) {
            admitted.addAndGet(i, takeAll(limiter, subject(first + i)));
          }
        } finally {
          if (taking.decrementAndGet() == 0) {
            all.complete(IntStream.range(0, count).mapToObj(admitted::get).toList());
          }
        }
      });
      taker.setDaemon(true);
      taker.start();
    }
    return all;
  }

  /** Takes permits until Redis denies one. */
  private static long takeAll(RateLimiter limiter, String subject) {
    long taken = 0;
    while (true) {
      Decision decision = limiter.check(subject);
      if (decision.isAllowed()) {
        taken++;
      } else if (((Denied) decision).reason() == Reason.LIMIT) {
        return taken;
      } else {
        LockSupport.parkNanos(PAUSE_NANOS); // Redis is away
      }
    }
  }
}
