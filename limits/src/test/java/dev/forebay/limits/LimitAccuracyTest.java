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
import java.util.Locale;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much algorithms admit, compared with a log of every call. {@code -Dforebay.limits.calls=3000000}
 * plays the definitions with as many as the guide's table is of.
 */
@RedisTest
class LimitAccuracyTest {

  private static final int TOGETHER = 500;
  private static final long WINDOW = 60_000;
  private static final long[] LIMITS = {5, 100, 129, 1_000, 10_000};
  private static final int CALLS = Integer.getInteger("forebay.limits.calls", 200_000);

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
    "10000, steady, 200000",
    "5, bursty, 50000",
    "100, bursty, 50000",
    "129, bursty, 100000",
    "1000, bursty, 400000",
    "10000, bursty, 300000"
  })
  @Tag("RL8")
  void auto_admits_what_an_exact_log_admits_but_for_a_thousandth(
      long permits, String shape, int count) {
    long[] calls = calls(shape, permits, count);
    double exact = admitted(calls, new Log(permits)::take).length;

    double admitted = admitted(permits, calls);

    assertThat(admitted / exact).isCloseTo(1, within(0.001));
  }

  /**
   * By the definition, to which {@link LimitOracleTest} holds the script: what the guide's table says,
   * which is of more calls. All figures are percents.
   *
   * @param ratios at 5, 100, 129, 1,000 and 10,000 permits, compared with a log
   * @param near how far off the ratios may be
   * @param worst what no window of the limit's length has more of
   */
  @ParameterizedTest
  @CsvSource({
    "EXACT_LOG, steady, 100 100, 0, 100",
    "EXACT_LOG, bursty, 100 100, 0, 100",
    "AUTO, steady, 100 100 100 100 100, 0.1, 103",
    "AUTO, bursty, 100 100 100 100 100, 0.1, 117",
    "SUB_WINDOWS, steady, 100 100, 0.1, 120", // AUTO is it from 129 on
    "SUB_WINDOWS, bursty, 100 100, 0.1, 140",
    "SLIDING_WINDOW, steady, 91.4 100.1 100.1 100 100, 1, 160",
    "SLIDING_WINDOW, bursty, 95.4 100.8 100.8 102.2 100.9, 4, 197",
    "GCRA, steady, 121 101.8 101.4 100.2 100.5, 2, 180",
    "GCRA, bursty, 121 126 127 127 126, 4, 200",
    "FIXED_WINDOW, steady, 117 101.8 101.4 100.2 100, 1, 200",
    "FIXED_WINDOW, bursty, 124 123 123 124 126, 4, 200"
  })
  @Tag("RL8")
  void each_algorithm_admits_what_the_guide_says(
      Algorithm algorithm, String shape, String ratios, double near, double worst) {
    String[] expected = ratios.split(" ", -1);
    System.out.printf("%-14s %-6s admitted (worst window)", algorithm, shape);
    for (int i = 0; i < expected.length; i++) {
      long permits = LIMITS[i];
      long[] calls = calls(shape, permits, (int) Math.max(CALLS, 100 * permits));
      Limit limit = new Limit(permits, Duration.ofMillis(WINDOW));
      LimitOracle oracle =
          LimitOracle.of(new Rule(limit, algorithm, 0, null, WhenUnavailable.LOCAL, false, null));

      long[] admitted = admitted(calls, call -> oracle.take(call, 1));

      double ratio = 100.0 * admitted.length / admitted(calls, new Log(permits)::take).length;
      double most = 100.0 * worstWindow(admitted) / permits;
      System.out.printf(Locale.ROOT, "%9.2f %% (%.1f %%)", ratio, most);
      assertThat(ratio).isCloseTo(Double.parseDouble(expected[i]), within(near));
      assertThat(most).isLessThanOrEqualTo(worst);
    }
    System.out.println();
  }

  private static long[] calls(String shape, long permits, int count) {
    return shape.equals("steady") ? steady(permits, count) : bursty(permits, count);
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

  /** Returns when those calls came that were admitted. */
  private static long[] admitted(long[] calls, LongPredicate limit) {
    return Arrays.stream(calls).filter(limit).toArray();
  }

  /** Returns how many times lie in one window, at most. */
  private static int worstWindow(long[] times) {
    int worst = 0;
    int oldest = 0;
    for (int newest = 0; newest < times.length; newest++) {
      while (times[newest] - times[oldest] >= WINDOW) {
        oldest++;
      }
      worst = Math.max(worst, newest - oldest + 1);
    }
    return worst;
  }

  /** All times of the last window, of any limit. */
  private static final class Log {
    private final Deque<Long> times = new ArrayDeque<>();
    private final long permits;

    Log(long permits) {
      this.permits = permits;
    }

    boolean take(long call) {
      while (!times.isEmpty() && call - times.getFirst() >= WINDOW) {
        times.removeFirst();
      }
      return times.size() < permits && times.add(call);
    }
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
