package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much {@link Algorithm#AUTO} admits, compared with a log of every call. */
@RedisTest
class LimitAccuracyTest {

  private static final int TOGETHER = 500;
  private static final long WINDOW = 60_000;

  private final RedisNamespace namespace;

  LimitAccuracyTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @ParameterizedTest
  @CsvSource({
    "5, steady, 50000",
    "100, steady, 50000",
    "129, steady, 50000",
    "1000, steady, 100000",
    "100, bursty, 50000",
    "129, bursty, 100000",
    "1000, bursty, 400000"
  })
  @Tag("RL8")
  void auto_admits_what_an_exact_log_admits_but_for_a_thousandth(
      long permits, String shape, int count) {
    long[] calls = shape.equals("steady") ? steady(permits, count) : bursty(permits, count);
    double exact = exactly(permits, calls);

    double admitted = admitted(permits, calls);

    assertThat(admitted / exact).isCloseTo(1, within(0.001));
  }

  /** Half as many again as are allowed, at random times. */
  private static long[] steady(long permits, int count) {
    Random random = new Random(permits);
    long time = count * 2L / 3 * WINDOW / permits;
    return random.longs(count, 0, time).sorted().toArray();
  }

  /** As many, in bursts of a third up to thrice the limit, each within a twentieth of a window. */
  private static long[] bursty(long permits, int count) {
    Random random = new Random(permits);
    long time = count * 2L / 3 * WINDOW / permits;
    long[] calls = new long[count];
    for (int made = 0; made < count; ) {
      long begin = random.nextLong(time);
      long size = Math.min(count - made, permits / 3 + 1 + random.nextLong(3 * permits));
      for (int i = 0; i < size; i++) {
        calls[made++] = begin + random.nextLong(WINDOW / 20);
      }
    }
    Arrays.sort(calls);
    return calls;
  }

  private static long exactly(long permits, long[] calls) {
    Deque<Long> times = new ArrayDeque<>();
    long admitted = 0;
    for (long call : calls) {
      while (!times.isEmpty() && call - times.getFirst() >= WINDOW) {
        times.removeFirst();
      }
      if (times.size() < permits) {
        times.add(call);
        admitted++;
      }
    }
    return admitted;
  }

  private long admitted(long permits, long[] calls) {
    long admitted = 0;
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter limiter = instance
          .limits
          .limiter("accuracy")
          .limit(permits, Duration.ofMillis(WINDOW))
          .build();
      RedisLimits limits = new RedisLimits(
          new LimitScripts(instance.redis.commands(), () -> Long.toString(instance.clock.get())),
          new LimitKeys(instance.redis.settings().keyPrefix()));
      List<RedisLimits.Asked> asked = new ArrayList<>();
      for (long call : calls) {
        instance.clock.set(LimitsFixture.START + call);
        asked.add(limits.take(List.of(limiter.charge("everybody"))));
        if (asked.size() == TOGETHER) {
          admitted += count(asked);
        }
      }
      return admitted + count(asked);
    }
  }

  private static long count(List<RedisLimits.Asked> asked) {
    long count = 0;
    for (RedisLimits.Asked question : asked) {
      count += question.await().get(0).isAllowed() ? 1 : 0;
    }
    asked.clear();
    return count;
  }
}
