package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.redis.RedisSettings;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an instance that counts by itself makes of a limit that changes; its clock stands. */
@Tag("RL5")
class LocalLimitsTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String ALICE = "user:alice";

  @AutoClose
  private final LimitsFixture instance =
      LimitsFixture.on(RedisSettings.builder().enabled(false).build());

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // overflows soon
  private final LocalLimits local = new LocalLimits(nanos::get);

  private RateLimiter limiter(long permits, Duration window) {
    return instance.limits.limiter("api").limit(permits, window).build();
  }

  private Decision take(RateLimiter limiter, long cost, int instances) {
    return local.decide(limiter.charge(ALICE, cost), instances, true);
  }

  private Decision look(RateLimiter limiter, int instances) {
    return local.decide(limiter.charge(ALICE), instances, false);
  }

  private static void change(RateLimiter limiter, long permits, Duration window) {
    limiter.follow(limiter.rule().with(new Limit(permits, window)));
  }

  @Test
  void a_shorter_window_lets_nobody_wait_for_the_longer_one() {
    RateLimiter limiter = limiter(5, HOUR);
    take(limiter, 5, 1);

    change(limiter, 5, MINUTE);

    Denied denied = (Denied) look(limiter, 1);
    assertThat(denied.retryAfter()).isEqualTo(Duration.ofSeconds(12));
    assertThat(denied.remaining()).isZero();
    nanos.addAndGet(denied.retryAfter().toNanos());
    assertThat(look(limiter, 1).isAllowed()).isTrue();
  }

  @Test
  void a_raised_limit_has_as_many_permits_more() {
    RateLimiter limiter = limiter(5, HOUR);
    take(limiter, 5, 1);

    change(limiter, 1_000, HOUR);

    assertThat(look(limiter, 1).remaining()).isEqualTo(995);
    assertThat(take(limiter, 995, 1).isAllowed()).isTrue();
    assertThat(look(limiter, 1).isAllowed()).isFalse();
  }

  @Test
  void what_was_taken_counts_in_a_longer_window_too() {
    RateLimiter limiter = limiter(5, MINUTE);
    take(limiter, 5, 1);
    nanos.addAndGet(Duration.ofSeconds(6).toNanos()); // half a permit is back

    change(limiter, 5, HOUR);

    assertThat(((Denied) look(limiter, 1)).retryAfter()).isEqualTo(Duration.ofMinutes(6));
  }

  @Test
  void a_limit_that_is_lowered_below_what_was_taken_is_used_up_and_no_more() {
    RateLimiter limiter = limiter(10, HOUR.multipliedBy(2));
    take(limiter, 10, 1);

    change(limiter, 5, HOUR); // as many permits in an hour

    Denied denied = (Denied) look(limiter, 1);
    assertThat(denied.remaining()).isZero();
    assertThat(denied.retryAfter()).isEqualTo(Duration.ofMinutes(12));
  }

  @Test
  void a_share_among_fewer_instances_lets_nobody_wait_for_that_among_more() {
    RateLimiter limiter =
        instance.limits.limiter("api").limit(10, HOUR).paced(1).build();
    take(limiter, 1, 10);
    assertThat(((Denied) look(limiter, 10)).retryAfter()).isEqualTo(HOUR);

    Denied denied = (Denied) look(limiter, 1);

    assertThat(denied.retryAfter()).isEqualTo(Duration.ofMinutes(6));
    assertThat(denied.remaining()).isZero();
  }

  @Test
  void what_is_back_of_a_permit_stays_back_when_instances_come_and_go() {
    RateLimiter limiter = limiter(20, HOUR);
    take(limiter, 1, 2);
    nanos.addAndGet(MINUTE.toNanos());

    take(limiter, 1, 1);

    assertThat(look(limiter, 2).resetAfter()).isEqualTo(Duration.ofMinutes(11));
  }

  @Test
  void permits_go_back_into_the_share_as_it_is_then() {
    RateLimiter limiter = limiter(5, HOUR);
    take(limiter, 5, 1);
    change(limiter, 10, MINUTE);

    local.giveBack(limiter.charge(ALICE, 2), 1);

    assertThat(look(limiter, 1).remaining()).isEqualTo(7);
  }
}
