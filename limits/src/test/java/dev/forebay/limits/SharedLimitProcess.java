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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  public static void main(String[] arguments) throws IOException, InterruptedException {
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
        System.out.println(admitted(limiter, first, count).stream()
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
  static Admitted together(RateLimiter here, ChildJvm there, int first, int count)
      throws InterruptedException {
    CompletableFuture<String> theirs =
        CompletableFuture.supplyAsync(() -> there.ask(first + " " + count));
    List<Long> mine = admitted(here, first, count);
    return new Admitted(
        mine, Arrays.stream(theirs.join().split(" ", -1)).map(Long::valueOf).toList());
  }

  private static List<Long> admitted(RateLimiter limiter, int first, int count)
      throws InterruptedException {
    AtomicLongArray admitted = new AtomicLongArray(count);
    CountDownLatch done = new CountDownLatch(THREADS);
    for (int thread = 0; thread < THREADS; thread++) {
      Thread taker = new Thread(() -> {
        try {
          for (int i = 0; i < count; i++) {
            admitted.addAndGet(i, takeAll(limiter, subject(first + i)));
          }
        } finally {
          done.countDown();
        }
      });
      taker.setDaemon(true);
      taker.start();
    }
    done.await();
    return IntStream.range(0, count).mapToObj(admitted::get).toList();
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
