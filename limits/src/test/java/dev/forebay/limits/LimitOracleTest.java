package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.Workload;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random steps on many limits at once, each with a clock of its own that stands, runs, jumps to the
 * edges of windows and goes back. {@code -Dforebay.limits.rounds=20000} makes it millions of steps;
 * {@code -Dforebay.limits.seed=...} repeats a run.
 */
@RedisTest
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LimitOracleTest {

  private static final int SUBJECTS = 100;
  private static final List<Algorithm> COUNTING = Arrays.stream(Algorithm.values())
      .filter(algorithm -> algorithm != Algorithm.AUTO)
      .toList();
  private static final int ROUNDS = Integer.getInteger("forebay.limits.rounds", 150);

  private final long seed =
      Long.getLong("forebay.limits.seed", ThreadLocalRandom.current().nextLong());
  private final Random random = new Random(seed);
  private final Redis redis;
  private final RateLimits owner;
  private final RedisLimits limits;
  private long now;

  LimitOracleTest(RedisNamespace namespace) {
    redis = Redis.connect(
        RedisSettings.builder()
            .uri(namespace.uri())
            .keyPrefix(namespace.keyPrefix())
            .connectTimeout(Duration.ofSeconds(30))
            .commandTimeout(Duration.ofSeconds(30))
            .build(),
        Workload.LIMITS);
    String prefix = redis.settings().keyPrefix();
    owner = RateLimits.over(redis.commands(), prefix, () -> Long.toString(now));
    limits = new RedisLimits(
        new LimitScripts(redis.commands(), () -> Long.toString(now)), new LimitKeys(prefix));
  }

  @AfterEach
  void close() {
    redis.close();
  }

  /** One subject of a limit of its own, and what must be true of it. */
  private final class Play {
    private final RateLimiter limiter;
    private final String subject;
    private LimitOracle oracle;
    private boolean changed;
    private long clock = 1_700_000_000_000L + random.nextInt(1_000_000);

    Play(Algorithm algorithm, int number) {
      this.limiter = limiterOf(algorithm, number);
      this.oracle = LimitOracle.of(limiter.rule());
      this.subject = "subject " + number;
    }

    /** Stands still, moves a little, to around the edge of a window, far, or back. */
    void step() {
      long window = limiter.limit().windowMillis();
      clock += switch (random.nextInt(10)) {
        case 0, 1, 2 -> 0;
        case 3, 4, 5 -> random.nextLong(1 + window / 10);
        case 6 -> window - clock % window + random.nextInt(3) - 1;
        case 7 -> window + random.nextInt(3) - 1;
        case 8 -> random.nextLong(3 * window);
        default -> -random.nextLong(1 + window / 2);
      };
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
    LimitOracle at(long time) {
      return changed ? oracle.changedTo(limiter.rule(), time) : oracle;
    }

    /** @param counting whether anything counted, else nothing is written but what is taken */
    boolean take(long cost, boolean counting) {
      LimitOracle now = at(clock);
      boolean taken = now.take(clock, cost);
      if (changed && (taken || (counting && now.isWhole()))) {
        oracle = now;
        changed = false;
      }
      return taken;
    }

    /** Goes by another limit, near to this one or not, and sometimes by another algorithm. */
    void change() {
      Limit before = limiter.limit();
      Algorithm algorithm = limiter.rule().algorithm();
      if (random.nextInt(3) == 0) {
        algorithm = COUNTING.get(random.nextInt(COUNTING.size()));
      }
      Limit limit = random.nextBoolean()
          ? limitOf(algorithm)
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

    @Override
    public String toString() {
      return limiter + " by " + limiter.rule().algorithm() + " at " + clock + ", seed " + seed;
    }
  }

  private static long mostPermits(Algorithm algorithm) {
    return algorithm == Algorithm.EXACT_LOG ? Algorithm.LARGEST_LOG : 20_000;
  }

  private Limit limitOf(Algorithm algorithm) {
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

  private RateLimiter limiterOf(Algorithm algorithm, int number) {
    Limit limit = limitOf(algorithm);
    RateLimiterBuilder builder =
        owner.limiter(algorithm.name() + number).algorithm(algorithm).limit(limit);
    if (algorithm == Algorithm.GCRA && random.nextBoolean()) {
      builder.paced(1 + random.nextLong(limit.permits()));
    }
    return builder.build();
  }

  @ParameterizedTest
  @EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  @Tag("RL1")
  @Tag("RL3")
  @Tag("RL8")
  void every_answer_is_that_of_the_definition(Algorithm algorithm) {
    play(algorithm, false);
  }

  @ParameterizedTest
  @EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  @Tag("RL1")
  @Tag("RL2")
  @Tag("RL3")
  void a_limit_that_changes_goes_on_from_what_was_taken(Algorithm algorithm) {
    play(algorithm, true);
  }

  private void play(Algorithm algorithm, boolean changing) {
    List<Play> plays = new ArrayList<>();
    for (int i = 0; i < SUBJECTS; i++) {
      plays.add(new Play(algorithm, i));
    }
    long denied = 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (changing) {
        plays.stream().filter(play -> random.nextInt(10) == 0).forEach(Play::change);
      }
      denied += playRound(plays);
    }
    assertThat(denied).as("denials among %d steps", SUBJECTS * ROUNDS).isGreaterThan(ROUNDS);
  }

  private record Step(Play play, long cost, RedisLimits.Asked asked) {}

  private long playRound(List<Play> plays) {
    List<Step> steps = new ArrayList<>();
    for (Play play : plays) {
      play.step();
      long cost = play.cost();
      steps.add(new Step(play, cost, ask(play, play.clock, cost, true)));
    }
    long denials = 0;
    for (Step step : steps) {
      Play play = step.play;
      Decision decision = step.asked.await().get(0);
      boolean expected = play.take(step.cost, !decision.resetAfter().isZero());
      assertThat(decision.isAllowed())
          .as("%d of %s: %s", step.cost, play, decision)
          .isEqualTo(expected);
      assertThat(decision.remaining())
          .as("remaining of %s: %s", play, decision)
          .isEqualTo(play.at(play.clock).remaining(play.clock));
      verifyReset(play, decision);
      if (decision instanceof Denied refusal) {
        denials++;
        verifyRetry(play, step.cost, refusal);
      }
    }
    return denials;
  }

  /** At that time the same call succeeds, a millisecond before it does not: by definition and by script. */
  private void verifyRetry(Play play, long cost, Denied denied) {
    if (!denied.canSucceedLater()) {
      assertThat(cost).as("cost at %s", play).isGreaterThan(play.limiter.rule().largestCost());
      return;
    }
    long first = play.clock + denied.retryAfter().toMillis();
    assertThat(denied.retryAfter()).as("retry of %s", play).isPositive();
    assertThat(play.at(first).canTake(first, cost))
        .as("%d at the time to retry, %s", cost, play)
        .isTrue();
    assertThat(play.at(first - 1).canTake(first - 1, cost))
        .as("%d a millisecond before the time to retry, %s", cost, play)
        .isFalse();
    RedisLimits.Asked before = ask(play, first - 1, cost, false);
    RedisLimits.Asked then = ask(play, first, cost, false);
    assertThat(before.await().get(0).isAllowed()).as("look before, %s", play).isFalse();
    assertThat(then.await().get(0).isAllowed()).as("look then, %s", play).isTrue();
  }

  private static void verifyReset(Play play, Decision decision) {
    long reset = play.clock + decision.resetAfter().toMillis();
    long full = play.limiter.rule().largestCost();
    assertThat(play.at(reset).canTake(reset, full))
        .as("all permits are there after %s of %s", decision.resetAfter(), play)
        .isTrue();
  }

  private RedisLimits.Asked ask(Play play, long time, long cost, boolean take) {
    now = time;
    List<Charge> charges = List.of(play.charge(cost));
    return take ? limits.take(charges) : limits.look(charges);
  }
}
