package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Source;
import dev.forebay.testing.FinalVerdict;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random steps of one instance, whose every denial from memory is held against what Redis says of the
 * same call. One clock is that of the instance, in ns, and that of Redis, in whole ms; each look at it
 * takes time. {@code -Dforebay.limits.rounds=} and {@code -Dforebay.limits.seed=} as for {@link
 * LimitOracleTest}.
 */
@RedisTest
@FinalVerdict
class KnownDenialsOracleTest {

  private static final int ROUNDS = Integer.getInteger("forebay.limits.rounds", 150);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Limit LIMIT = new Limit(5, Duration.ofSeconds(1));
  private static final List<String> SUBJECTS = List.of("ada", "bob", "eve");

  private final long seed =
      Long.getLong("forebay.limits.seed", ThreadLocalRandom.current().nextLong());
  private final Random random = new Random(seed);
  private final LimitsFixture connection;
  private final RateLimits limits;
  private final RedisLimits redis;
  private long clock = LimitsFixture.START * MILLI;
  private long firstLook;
  private long redisClock;

  KnownDenialsOracleTest(RedisNamespace namespace) {
    connection = LimitsFixture.stepped(namespace);
    String prefix = namespace.keyPrefix();
    limits = RateLimits.over(
        connection.redis.commands(), prefix, () -> Long.toString(tick() / MILLI), this::tick);
    redis = new RedisLimits(
        new LimitScripts(connection.redis.commands(), () -> Long.toString(redisClock)),
        new LimitKeys(prefix));
  }

  @AfterEach
  void close() {
    limits.close();
    connection.close();
  }

  private long tick() {
    clock += random.nextLong(3 * MILLI);
    if (firstLook == 0) {
      firstLook = clock;
    }
    return clock;
  }

  @ParameterizedTest
  @EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  @Tag("RL3")
  void no_denial_from_memory_is_one_that_redis_would_not_give(Algorithm algorithm) {
    RateLimiter limiter =
        limits.limiter("api").algorithm(algorithm).limit(LIMIT).build();
    Map<String, Long> retryAt = new HashMap<>();
    int known = 0;
    for (int round = 0; round < 10 * ROUNDS; round++) {
      String subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
      step(limiter, subject, retryAt.getOrDefault(subject, clock));
      Charge charge = limiter.charge(subject, random.nextInt(4) == 0 ? 2 : 1);
      firstLook = 0;
      if (limits.check(List.of(charge)).strictest() instanceof Denied denied) {
        retryAt.put(subject, clock + denied.retryAfter().toNanos());
        if (denied.source() == Source.KNOWN) {
          known++;
          verify(charge, denied);
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %,d steps, %,d denied from memory, seed %d%n",
        algorithm,
        10L * ROUNDS,
        known,
        seed);
    assertThat(known).isGreaterThan(ROUNDS / 4);
  }

  /** Permits come back, or time goes on: a little, far, or to around the moment to try again. */
  private void step(RateLimiter limiter, String subject, long retryAt) {
    switch (random.nextInt(20)) {
      case 0 -> limiter.reset(subject);
      case 1 -> limiter.refund(subject, 1);
      case 2 -> clock += random.nextLong(2_000 * MILLI);
      case 3, 4, 5, 6, 7 ->
        clock = Math.max(clock, retryAt + random.nextLong(4 * MILLI) - 3 * MILLI);
      default -> clock += random.nextLong(20 * MILLI);
    }
  }

  /** Redis leaves out fractions of a ms, so a denial from memory may be late by less than one. */
  private void verify(Charge charge, Denied known) {
    redisClock = (firstLook - (MILLI - 1)) / MILLI;
    Decision told = redis.look(List.of(charge)).await().get(0);
    assertThat(told).as("at %d, seed %d", firstLook, seed).isInstanceOf(Denied.class);
    assertThat(known.retryAfter())
        .as("at %d, seed %d", firstLook, seed)
        .isLessThanOrEqualTo(((Denied) told).retryAfter());
  }
}
