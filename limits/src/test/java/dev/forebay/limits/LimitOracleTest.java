package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.redis.Redis;
import dev.forebay.redis.Workload;
import dev.forebay.testing.FinalVerdict;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random steps on many limits at once, each with a clock of its own that stands, runs, jumps to the
 * edges of windows and goes back. {@code -Dforebay.limits.rounds=20000} makes it millions of steps;
 * {@code -Dforebay.limits.seed=...} repeats a run.
 */
@RedisTest
@FinalVerdict
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LimitOracleTest {

  private static final int SUBJECTS = 100;
  private static final int MOST_LIMITS = 3;
  private static final int ROUNDS = Integer.getInteger("forebay.limits.rounds", 150);

  private final long seed =
      Long.getLong("forebay.limits.seed", ThreadLocalRandom.current().nextLong());
  private final Random random = new Random(seed);

  @AutoClose
  private final Redis redis;

  private final RateLimits owner;
  private final RedisLimits limits;
  private long now;

  LimitOracleTest(RedisNamespace namespace) {
    redis = Redis.connect(
        LimitsFixture.patient(namespace.uri()).keyPrefix(namespace.keyPrefix()).build(),
        Workload.LIMITS);
    String prefix = redis.settings().keyPrefix();
    owner = RateLimits.over(redis.commands(), prefix, () -> Long.toString(now));
    limits = new RedisLimits(
        new LimitScripts(redis.commands(), () -> Long.toString(now)), new LimitKeys(prefix));
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

  private void tell(String what, long events, String of) {
    System.out.printf(
        Locale.ROOT,
        "%s: %,d rounds, %,d steps, %,d %s, seed %d%n",
        what,
        ROUNDS,
        (long) SUBJECTS * ROUNDS,
        events,
        of,
        seed);
  }

  private void play(Algorithm algorithm, boolean changing) {
    List<LimitPlay> plays = new ArrayList<>();
    for (int i = 0; i < SUBJECTS; i++) {
      plays.add(LimitPlay.of(random, owner, algorithm, algorithm.name() + i, "subject " + i));
    }
    long denied = 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (changing) {
        plays.stream().filter(play -> random.nextInt(10) == 0).forEach(LimitPlay::change);
      }
      denied += playRound(plays);
    }
    tell(algorithm + (changing ? ", changing" : ""), denied, "denied");
    assertThat(denied).as("denials among the steps").isGreaterThan(ROUNDS);
  }

  private enum Kind {
    TAKE,
    REFUND,
    RESET
  }

  private record Step(LimitPlay play, Kind kind, long cost, RedisLimits.Asked asked) {}

  private Step begin(LimitPlay play) {
    play.step();
    now = play.clock();
    long cost = play.cost();
    int any = random.nextInt(40);
    Kind kind = any == 0 ? Kind.RESET : any < 4 ? Kind.REFUND : Kind.TAKE;
    Charge charge = play.charge(cost);
    RedisLimits.Asked asked = switch (kind) {
      case TAKE -> limits.take(List.of(charge));
      case REFUND -> limits.refund(List.of(charge));
      case RESET -> limits.reset(charge);
    };
    return new Step(play, kind, cost, asked);
  }

  private long playRound(List<LimitPlay> plays) {
    List<Step> steps = plays.stream().map(this::begin).toList();
    long denials = 0;
    for (Step step : steps) {
      LimitPlay play = step.play;
      Decision decision = step.asked.await().get(0);
      switch (step.kind) {
        case REFUND -> play.refund(step.cost);
        case RESET -> play.reset();
        case TAKE -> {
          boolean expected = play.take(step.cost, !decision.resetAfter().isZero());
          verify(play, step.cost, decision, expected);
          denials += decision.isAllowed() ? 0 : 1;
        }
      }
    }
    return denials;
  }

  /** Limits of one subject, counted in several ways, of which permits are taken of all or none. */
  @Test
  @Tag("RL1")
  void of_several_limits_permits_are_taken_where_all_definitions_have_them() {
    List<List<LimitPlay>> subjects =
        IntStream.range(0, SUBJECTS).mapToObj(this::limitsOf).toList();
    long taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      taken += playTogether(subjects);
    }
    tell("several limits", taken, "admitted");
    assertThat(taken).as("requests that were admitted").isGreaterThan(ROUNDS);
  }

  private List<LimitPlay> limitsOf(int subject) {
    return IntStream.range(0, 2 + random.nextInt(MOST_LIMITS - 1))
        .mapToObj(limit -> LimitPlay.of(
            random,
            owner,
            LimitPlay.any(random),
            "limit" + subject + "-" + limit,
            "subject " + subject))
        .toList();
  }

  private record Request(List<LimitPlay> plays, List<Charge> charges, RedisLimits.Asked asked) {}

  private Request request(List<LimitPlay> plays) {
    LimitPlay first = plays.get(random.nextInt(plays.size()));
    first.step();
    plays.forEach(play -> play.follow(first));
    now = first.clock();
    List<Charge> charges = plays.stream()
        .map(play -> play.charge(random.nextBoolean() ? 1 : play.cost()))
        .toList();
    return new Request(plays, charges, limits.take(charges));
  }

  /** Returns how many requests had all that they asked for. */
  private long playTogether(List<List<LimitPlay>> subjects) {
    List<Request> requests = subjects.stream().map(this::request).toList();
    long taken = 0;
    for (Request request : requests) {
      List<Decision> decisions = request.asked.await();
      List<Boolean> expected = new ArrayList<>();
      for (int i = 0; i < decisions.size(); i++) {
        expected.add(request.plays.get(i).canTake(request.charges.get(i).cost()));
      }
      boolean all = !expected.contains(false);
      for (int i = 0; i < decisions.size(); i++) {
        LimitPlay play = request.plays.get(i);
        long cost = request.charges.get(i).cost();
        if (all) {
          assertThat(play.take(cost, true)).isTrue();
        }
        verify(play, cost, decisions.get(i), expected.get(i));
      }
      taken += all ? 1 : 0;
    }
    return taken;
  }

  /** Verifies an answer by the definition, and by what the script says at the time to retry. */
  private void verify(LimitPlay play, long cost, Decision decision, boolean expected) {
    assertThat(play).as("seed %d", seed).satisfies(any -> any.verify(cost, decision, expected));
    if (decision instanceof Denied denied && denied.canSucceedLater()) {
      long first = play.clock() + denied.retryAfter().toMillis();
      RedisLimits.Asked before = look(play, first - 1, cost);
      RedisLimits.Asked then = look(play, first, cost);
      assertThat(before.await().get(0).isAllowed())
          .as("look before, %s, seed %d", play, seed)
          .isFalse();
      assertThat(then.await().get(0).isAllowed())
          .as("look then, %s, seed %d", play, seed)
          .isTrue();
    }
  }

  private RedisLimits.Asked look(LimitPlay play, long time, long cost) {
    now = time;
    return limits.look(List.of(play.charge(cost)));
  }
}
