package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.limits.LimitUsage.OfLimiter;
import dev.forebay.limits.LimitUsage.Offender;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class LimitBoundsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final int SUBJECTS = 10_000_000;
  private static final long HAMMERED = SUBJECTS / 100;
  private static final long DENIALS = SUBJECTS + HAMMERED;

  private final RedisNamespace namespace;

  LimitBoundsTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  @Tag("RL7")
  void ten_million_subjects_take_no_more_memory_than_is_said() {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter login = instance
          .limits
          .limiter("login")
          .limit(5, HOUR)
          .penalty(new Penalty(HOUR, HOUR, 1, HOUR))
          .build();
      LimitOversight oversight = instance.limits.oversight();
      Denied denied = new Denied("login", login.limit(), 0, HOUR, HOUR, Reason.LIMIT, Source.REDIS);
      RateLimiter events = instance
          .limits
          .limiter("events")
          .limit(10, HOUR)
          .leasing(2, Duration.ofMinutes(1))
          .build();
      Leasing leasing = Objects.requireNonNull(events.rule().leasing());
      Allowed lot = new Allowed("events", events.limit(), 8, HOUR, Source.REDIS, null);
      Charge hammer = login.charge("hammer");
      long asked = oversight.denials().now();
      for (int i = 0; i < SUBJECTS; i++) {
        Charge charge = new Charge(login, "subject " + i, 1);
        oversight.usage().count("endpoint " + (i & 1023), Map.of(charge, denied));
        oversight.denials().add(charge, denied, asked);
        oversight.strikes().add(login, charge.subject());
        if ((i & 15) == 0) {
          var unused = oversight.local().decide(charge, 1, true);
          unused = oversight.penalties().judge(charge, denied, true);
          unused =
              oversight.leased().take(new Charge(events, charge.subject(), 1), leasing, any -> lot);
        }
        if (i % 100 == 0) {
          oversight.usage().count(null, Map.of(hammer, denied));
        }
      }
      oversight.watch().look();

      assertThat(oversight.denials().size()).isLessThanOrEqualTo(KnownDenials.MOST);
      assertThat(oversight.strikes().size()).isLessThanOrEqualTo(LocalStrikes.MOST);
      assertThat(oversight.local().size()).isLessThanOrEqualTo(LocalLimits.MOST);
      assertThat(oversight.penalties().size()).isEqualTo(LocalPenalties.MOST);
      assertThat(oversight.leased().size()).isEqualTo(LeasedPermits.MOST);
      Offender worst = instance.limits.usage().offenders().get(0);
      assertThat(worst.subject()).isEqualTo("hammer");
      assertThat(worst.denied()).isBetween(HAMMERED - DENIALS / Offenders.COUNTERS, HAMMERED);
      assertThat(oversight.usage().endpoints().size()).isEqualTo(EndpointTallies.MOST + 1);
      assertThat(oversight.usage().offenders().held()).isLessThanOrEqualTo(3 * Offenders.COUNTERS);
      assertThat(oversight.usage().offenders().drain().values())
          .allMatch(offenders -> offenders.size() <= Offenders.COUNTERS);
      OfLimiter usage = instance.limits.usage().limiter("login");
      assertThat(usage.denied()).isEqualTo(DENIALS);
      assertThat((double) usage.subjects()).isCloseTo(SUBJECTS, within(0.07 * SUBJECTS));
      assertThat(instance.limits.usage().lostStrikes()).isEqualTo(SUBJECTS - LocalStrikes.MOST);
    }
  }

  @Test
  void a_long_subject_is_remembered_by_a_digest_that_is_no_other_subject() {
    String digest = LimitKeys.shortened("x".repeat(1_000_000));

    assertThat(digest).hasSize(129).isEqualTo(LimitKeys.shortened("x".repeat(1_000_000)));
    assertThat(LimitKeys.shortened("x".repeat(1_000_001))).hasSize(129).isNotEqualTo(digest);
    assertThat(LimitKeys.shortened(digest)).isNotEqualTo(digest);
    assertThat(LimitKeys.shortened("x".repeat(128))).isEqualTo("x".repeat(128));
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter login = instance.limits.limiter("login").limit(1, HOUR).build();
      String subject = "x".repeat(1_000_000);
      login.check(subject);
      login.check(subject);
      assertThat(login.check(subject).source()).isEqualTo(Source.KNOWN);
      login.reset(subject);
      assertThat(login.check(subject).isAllowed()).isTrue();
    }
  }
}
