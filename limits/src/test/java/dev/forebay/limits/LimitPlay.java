package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.limits.Decision.Denied;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One subject of a limit of its own, its clock, and what must be true of it. For one thread. */
final class LimitPlay {

  private static final List<Algorithm> COUNTING = Arrays.stream(Algorithm.values())
      .filter(algorithm -> algorithm != Algorithm.AUTO)
      .toList();

  private final Random random;
  private final RateLimiter limiter;
  private final String subject;
  private LimitOracle oracle;
  private boolean changed;
  private long clock;

  private LimitPlay(Random random, RateLimiter limiter, String subject) {
    this.random = random;
    this.limiter = limiter;
    this.subject = subject;
    this.oracle = LimitOracle.of(limiter.rule());
    this.clock = 1_700_000_000_000L + random.nextInt(1_000_000);
  }

  static LimitPlay of(
      Random random, RateLimits limits, Algorithm algorithm, String name, String subject) {
    Limit limit = limitOf(random, algorithm);
    RateLimiterBuilder builder = limits.limiter(name).algorithm(algorithm).limit(limit);
    if (algorithm == Algorithm.GCRA && random.nextBoolean()) {
      builder.paced(1 + random.nextLong(limit.permits()));
    }
    return new LimitPlay(random, builder.build(), subject);
  }

  /** Returns any algorithm that counts. */
  static Algorithm any(Random random) {
    return COUNTING.get(random.nextInt(COUNTING.size()));
  }

  private static Limit limitOf(Random random, Algorithm algorithm) {
    long most = mostPermits(algorithm);
    long permits = 1 + (random.nextBoolean() ? random.nextInt(10) : random.nextLong(most));
    long window = switch (random.nextInt(4)) {
      case 0 -> 1 + random.nextInt(300);
      case 1 -> 1000L * (1 + random.nextInt(3600));
      case 2 -> Limit.LONGEST_WINDOW.toMillis();
      default -> 1 + random.nextLong(1_000_000_000L);
    };
    return new Limit(permits, Duration.ofMillis(window));
  }

  private static long mostPermits(Algorithm algorithm) {
    return algorithm == Algorithm.EXACT_LOG ? Algorithm.LARGEST_LOG : 20_000;
  }

  /** Stands still, moves a little, to around the edge of a window, far, or back, up to three windows. */
  void step() {
    long window = limiter.limit().windowMillis();
    clock += switch (random.nextInt(10)) {
      case 0, 1, 2 -> 0;
      case 3, 4, 5 -> random.nextLong(1 + window / 10);
      case 6 -> window - clock % window + random.nextInt(3) - 1;
      case 7 -> window + random.nextInt(3) - 1;
      case 8 -> random.nextLong(3 * window);
      default -> -random.nextLong(random.nextInt(4) == 0 ? 3 * window : 1 + window / 2);
    };
  }

  long clock() {
    return clock;
  }

  /** Goes by the clock of another one. */
  void follow(LimitPlay other) {
    clock = other.clock;
  }

  long cost() {
    long permits = limiter.limit().permits();
    return switch (random.nextInt(8)) {
      case 0 -> 1 + random.nextLong(permits);
      case 1 -> permits + random.nextInt(2);
      case 2, 3 -> 1 + random.nextLong(Math.max(1, permits / 10));
      default -> 1;
    };
  }

  /** What it is at a time. One that changed is so for good when permits are taken, or nothing is lost. */
  private LimitOracle at(long time) {
    return changed ? oracle.changedTo(limiter.rule(), time) : oracle;
  }

  boolean canTake(long cost) {
    return at(clock).canTake(clock, cost);
  }

  /**
   * Takes permits if they are there.
   *
   * @param counting whether anything counted, else nothing is written but what is taken
   */
  boolean take(long cost, boolean counting) {
    LimitOracle now = at(clock);
    boolean taken = now.take(clock, cost);
    if (changed && (taken || (counting && now.isWhole()))) {
      oracle = now;
      changed = false;
    }
    return taken;
  }

  /** Gives permits back, unless more would be lost by it. */
  void refund(long cost) {
    LimitOracle now = at(clock);
    if (!changed || now.isWhole()) {
      now.refund(clock, cost);
      oracle = now;
      changed = false;
    }
  }

  void reset() {
    oracle = LimitOracle.of(limiter.rule());
    changed = false;
  }

  /** Goes by another limit, near to this one or not, and sometimes by another algorithm. */
  void change() {
    Limit before = limiter.limit();
    Algorithm algorithm = limiter.rule().algorithm();
    if (random.nextInt(3) == 0) {
      algorithm = any(random);
    }
    Limit limit = random.nextBoolean()
        ? limitOf(random, algorithm)
        : new Limit(
            near(before.permits(), mostPermits(algorithm)),
            Duration.ofMillis(near(before.windowMillis(), Limit.LONGEST_WINDOW.toMillis())));
    long burst = random.nextBoolean() ? 0 : 1 + random.nextLong(limit.permits());
    limiter.follow(new Rule(
        limit,
        algorithm,
        algorithm == Algorithm.GCRA ? burst : 0,
        null,
        WhenUnavailable.LOCAL,
        false,
        null));
    changed = true;
  }

  private long near(long number, long most) {
    return Math.min(most, 1 + number / 2 + random.nextLong(number + 1));
  }

  Charge charge(long cost) {
    return limiter.charge(subject, cost);
  }

  /**
   * Verifies an answer, but for what the script says at the time to retry.
   *
   * @param expected whether permits of this limit were there
   */
  void verify(long cost, Decision decision, boolean expected) {
    assertThat(decision.isAllowed()).as("%d of %s: %s", cost, this, decision).isEqualTo(expected);
    assertThat(decision.remaining())
        .as("remaining of %s: %s", this, decision)
        .isEqualTo(at(clock).remaining(clock));
    verifyReset(decision);
    if (decision instanceof Denied denied) {
      verifyRetry(cost, denied);
    }
  }

  /** At that time nothing counts any more, a millisecond before something does. */
  private void verifyReset(Decision decision) {
    long reset = clock + decision.resetAfter().toMillis();
    assertThat(at(reset).isUnused(reset))
        .as("all permits are there after %s of %s", decision.resetAfter(), this)
        .isTrue();
    if (reset > clock) {
      assertThat(at(reset - 1).isUnused(reset - 1))
          .as("all permits are there a millisecond before %s of %s", decision.resetAfter(), this)
          .isFalse();
    }
  }

  /** At that time the same call succeeds, a millisecond before it does not. */
  private void verifyRetry(long cost, Denied denied) {
    if (!denied.canSucceedLater()) {
      assertThat(cost).as("cost at %s", this).isGreaterThan(limiter.rule().largestCost());
      return;
    }
    long first = clock + denied.retryAfter().toMillis();
    assertThat(denied.retryAfter()).as("retry of %s", this).isPositive();
    assertThat(at(first).canTake(first, cost))
        .as("%d at the time to retry, %s", cost, this)
        .isTrue();
    assertThat(at(first - 1).canTake(first - 1, cost))
        .as("%d a millisecond before the time to retry, %s", cost, this)
        .isFalse();
  }

  @Override
  public String toString() {
    return limiter + " by " + limiter.rule().algorithm() + " at " + clock;
  }
}
