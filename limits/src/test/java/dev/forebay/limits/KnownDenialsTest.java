package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@RedisTest
class KnownDenialsTest {

  private static final Limit LIMIT = new Limit(1, Duration.ofMinutes(1));

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000); // overflows soon
  private final KnownDenials denials = new KnownDenials(nanos::get);

  @AutoClose
  private final LimitsFixture instance;

  private final RateLimiter limiter;

  KnownDenialsTest(RedisNamespace namespace) {
    instance = LimitsFixture.stepped(namespace);
    limiter = instance.limits.limiter("api").limit(LIMIT).build();
  }

  private static Denied denied(Duration retryAfter) {
    return new Denied("api", LIMIT, 0, retryAfter, retryAfter, Reason.LIMIT, Source.REDIS);
  }

  private void advance(Duration step) {
    nanos.addAndGet(step.toNanos());
  }

  @Test
  void a_denial_holds_until_its_time_is_over_and_tells_what_is_left() {
    Charge charge = limiter.charge("alice");
    denials.add(charge, denied(Duration.ofSeconds(10)), denials.now());

    advance(Duration.ofSeconds(3).plusNanos(1));
    Denied found = Objects.requireNonNull(denials.find(charge));
    assertThat(found.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(found.source()).isEqualTo(Source.KNOWN);

    advance(Duration.ofMillis(6_999).minusNanos(2));
    assertThat(denials.find(charge)).isNotNull();
    advance(Duration.ofMillis(1).plusNanos(1));
    assertThat(denials.find(charge)).isNull();
    assertThat(denials.size()).isZero();
  }

  @Test
  void no_more_are_remembered_than_there_is_room_for() {
    for (int i = 0; i < KnownDenials.MOST + 1000; i++) {
      denials.add(limiter.charge("subject " + i), denied(Duration.ofSeconds(10)), denials.now());
    }
    assertThat(denials.size()).isEqualTo(KnownDenials.MOST);

    advance(Duration.ofSeconds(11));
    Charge late = limiter.charge("late");
    denials.add(late, denied(Duration.ofSeconds(10)), denials.now());

    assertThat(denials.find(late)).isNotNull();
    assertThat(denials.size()).isEqualTo(1);
  }

  @Test
  void what_no_waiting_ends_is_asked_again() {
    denials.add(limiter.charge("alice", 2), denied(Denied.NEVER), denials.now());

    assertThat(denials.size()).isZero();
  }

  @Test
  void an_answer_from_before_a_reset_is_not_remembered() {
    long asked = denials.now();
    advance(Duration.ofMillis(1));
    denials.forget(limiter, "alice");
    denials.add(limiter.charge("alice"), denied(Duration.ofSeconds(10)), asked);
    assertThat(denials.size()).isZero();

    denials.add(limiter.charge("bob"), denied(Duration.ofSeconds(10)), asked);
    assertThat(denials.size()).isEqualTo(1);

    denials.forgetAll();
    denials.add(limiter.charge("bob"), denied(Duration.ofSeconds(10)), asked);
    assertThat(denials.size()).isZero();
  }
}
