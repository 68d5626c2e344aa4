package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two instances lease permits of one subject while time passes, by one clock for Redis and for both.
 * {@code -Dforebay.limits.steps=2000000} makes it longer; {@code -Dforebay.limits.seed=...} repeats a
 * run.
 */
@RedisTest
@Tag("RL1")
class LeasesOverTimeTest {

  private static final int STEPS = Integer.getInteger("forebay.limits.steps", 6_000);
  private static final int PERMITS = 100;
  private static final int WINDOW = 1_000;
  private static final int LOT = 10;
  private static final int LEASE = 100;
  private static final String ALICE = "user:alice";

  private final long seed =
      Long.getLong("forebay.limits.seed", ThreadLocalRandom.current().nextLong());
  private final Random random = new Random(seed);
  private final RedisNamespace namespace;

  LeasesOverTimeTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  void no_window_has_more_than_the_limit_whatever_is_on_lease() {
    List<Long> admitted = new ArrayList<>();
    // A permit counts for as long as it may wait, too: so much is admitted at least, but for what
    // is not used of lots.
    LimitOracle later = LimitOracle.of(rule(WINDOW + LEASE));
    long atLeast = 0;
    try (LimitsFixture fixture = LimitsFixture.stepped(namespace)) {
      List<RateLimiter> instances = List.of(instance(fixture), instance(fixture));
      for (int step = 0; step < STEPS; step++) {
        long now = fixture.clock.addAndGet(passing());
        RateLimiter instance = instances.get(random.nextInt(instances.size()));
        for (int calls = calls(); calls > 0; calls--) {
          if (instance.check(ALICE).isAllowed()) {
            admitted.add(now);
          }
          atLeast += later.take(now, 1) ? 1 : 0;
        }
      }
    }

    for (int i = PERMITS; i < admitted.size(); i++) {
      assertThat(admitted.get(i) - admitted.get(i - PERMITS))
          .as("ms that %d permits and one more took, seed %d", PERMITS, seed)
          .isGreaterThanOrEqualTo(WINDOW);
    }
    assertThat((double) admitted.size() / atLeast)
        .as("share that is admitted, seed %d", seed)
        .isGreaterThan(0.8);
  }

  private static Rule rule(int window) {
    return new Rule(
        new Limit(PERMITS, Duration.ofMillis(window)),
        Algorithm.EXACT_LOG,
        0,
        null,
        WhenUnavailable.LOCAL,
        false,
        null);
  }

  private static RateLimiter instance(LimitsFixture fixture) {
    RateLimits limits = RateLimits.over(
        fixture.redis.commands(),
        fixture.redis.settings().keyPrefix(),
        () -> Long.toString(fixture.clock.get()),
        () -> Duration.ofMillis(fixture.clock.get()).toNanos());
    return limits
        .limiter("events")
        .limit(PERMITS, Duration.ofMillis(WINDOW))
        .leasing(LOT, Duration.ofMillis(LEASE))
        .build();
  }

  /** Returns how many ms pass: none, some, or until around the end of a lease or window. */
  private int passing() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3, 4 -> 0;
      case 5, 6, 7 -> random.nextInt(30);
      case 8 -> LEASE + random.nextInt(3) - 1;
      default -> random.nextInt(5) == 0 ? WINDOW + random.nextInt(3) - 1 : random.nextInt(LEASE);
    };
  }

  /** Returns how often is asked: sometimes for more than all. */
  private int calls() {
    return random.nextInt(20) == 0 ? random.nextInt(PERMITS + LOT) : 1 + random.nextInt(8);
  }
}
