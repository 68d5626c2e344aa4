package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each tier allows, and that it can be changed while it is in use. */
@RedisTest
@Tag("RL2")
class LimitTierTest {

  private static final String ALICE = "alice";

  @AutoClose
  private final LimitsFixture here;

  @AutoClose
  private final LimitsFixture there;

  LimitTierTest(RedisNamespace namespace) {
    here = LimitsFixture.on(namespace);
    there = LimitsFixture.on(namespace);
  }

  @ParameterizedTest
  @CsvSource({
    "API_USER, api-user, 100, PT1M, LOCAL",
    "API_ADDRESS, api-address, 100, PT1M, LOCAL",
    "LOGIN, login, 5, PT5M, CLOSED",
    "REGISTRATION, registration, 3, PT1H, LOCAL",
    "PASSWORD_RESET, password-reset, 3, PT1H, CLOSED",
    "AUTH, auth, 10, PT1M, LOCAL",
    "PAYMENT, payment, 5, PT1M, CLOSED",
    "SEARCH, search, 30, PT1M, LOCAL"
  })
  void every_tier_has_its_limit(
      LimitTier tier, String title, long permits, Duration window, WhenUnavailable unavailable) {
    RateLimiter limiter = here.limits.tier(tier);

    assertThat(limiter).isSameAs(here.limits.tier(tier));
    assertThat(limiter.name()).isEqualTo(title);
    assertThat(limiter.limit()).isEqualTo(new Limit(permits, window));
    assertThat(limiter.rule().whenUnavailable()).isEqualTo(unavailable);
    for (long taken = 0; taken < permits; taken++) {
      assertThat(limiter.check(ALICE).isAllowed()).as("after %d", taken).isTrue();
    }
    assertThat(limiter.check(ALICE))
        .isInstanceOfSatisfying(
            Denied.class,
            denied -> assertThat(denied.retryAfter()).isPositive().isLessThanOrEqualTo(window));
  }

  @ParameterizedTest
  @EnumSource(LimitTier.class)
  void the_limit_of_a_tier_that_is_used_up_can_be_changed_for_all_instances(LimitTier tier) {
    RateLimiter mine = here.limits.tier(tier);
    RateLimiter theirs = there.limits.tier(tier);
    Limit before = tier.limit();
    Limit raised = new Limit(before.permits() + 1, before.window());
    assertThat(mine.check(ALICE, before.permits()).isAllowed()).isTrue();
    assertThat(theirs.check(ALICE).isAllowed()).isFalse();

    here.limits.change(tier.title(), raised);

    await().until(() -> theirs.limit().equals(raised));
    assertThat(theirs.check(ALICE).isAllowed()).isTrue();
    assertThat(theirs.check(ALICE).isAllowed()).isFalse();
    assertThat(mine.check(ALICE).isAllowed()).isFalse();

    there.limits.revert(tier.title());

    await().until(() -> mine.limit().equals(before));
    assertThat(mine.check(ALICE).isAllowed()).isFalse();
    assertThat(mine.check("bob", before.permits()).isAllowed()).isTrue();
    assertThat(mine.check("bob").isAllowed()).isFalse();
  }
}
