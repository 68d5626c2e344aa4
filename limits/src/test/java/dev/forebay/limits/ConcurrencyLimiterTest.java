package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.ConcurrencyLimiter.Permit;
import dev.forebay.redis.ConnectionState;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RedisTest
class ConcurrencyLimiterTest {

  private static final Duration HOLD = Duration.ofSeconds(10);
  private static final String ALICE = "user:alice";

  private final LimitsFixture here;
  private final LimitsFixture there;

  ConcurrencyLimiterTest(RedisNamespace namespace) {
    here = LimitsFixture.stepped(namespace);
    there = LimitsFixture.stepped(namespace);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private static ConcurrencyLimiter two(LimitsFixture instance) {
    return instance.limits.concurrency("exports").permits(2).holdTime(HOLD).build();
  }

  private static Permit acquire(ConcurrencyLimiter limiter) {
    return limiter.tryAcquire(ALICE).orElseThrow();
  }

  @Test
  void no_more_go_on_at_the_same_time_than_there_are_permits() {
    ConcurrencyLimiter mine = two(here);
    ConcurrencyLimiter theirs = two(there);

    Permit first = acquire(mine);
    Permit second = acquire(theirs);
    assertThat(mine.tryAcquire(ALICE)).isEmpty();
    assertThat(mine.tryAcquire("user:bob")).isPresent();

    second.close();
    assertThat(mine.tryAcquire(ALICE)).isPresent();
    assertThat(theirs.tryAcquire(ALICE)).isEmpty();
    first.close();
    first.close();
    assertThat(theirs.tryAcquire(ALICE)).isPresent();
    assertThat(theirs.tryAcquire(ALICE)).isEmpty();
  }

  @Test
  void a_permit_that_nobody_closes_is_free_when_its_time_is_over() {
    ConcurrencyLimiter limiter = two(here);
    Permit kept = acquire(limiter);
    Permit forgotten = acquire(limiter);

    here.advance(HOLD.minusMillis(1));
    assertThat(limiter.tryAcquire(ALICE)).isEmpty();
    assertThat(kept.renew()).isTrue();
    here.advance(Duration.ofMillis(1));

    assertThat(forgotten.renew()).isFalse();
    assertThat(limiter.tryAcquire(ALICE)).isPresent();
    assertThat(limiter.tryAcquire(ALICE)).isEmpty();
  }

  @Test
  void without_redis_it_is_open_closed_or_counts_here(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = LimitsFixture.on(server.uri())) {
      ConcurrencyLimiter local = two(instance);
      ConcurrencyLimiter open = instance
          .limits
          .concurrency("open")
          .permits(1)
          .whenUnavailable(WhenUnavailable.OPEN)
          .build();
      ConcurrencyLimiter closed = instance
          .limits
          .concurrency("closed")
          .permits(1)
          .whenUnavailable(WhenUnavailable.CLOSED)
          .build();
      server.stop();
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);

      Permit first = acquire(local);
      Optional<Permit> second = local.tryAcquire(ALICE);
      assertThat(second).isPresent();
      assertThat(local.tryAcquire(ALICE)).isEmpty();
      first.close();
      first.close();
      assertThat(local.tryAcquire(ALICE)).isPresent();
      assertThat(local.tryAcquire(ALICE)).isEmpty();
      assertThat(closed.tryAcquire(ALICE)).isEmpty();
      assertThat(open.tryAcquire(ALICE)).isPresent();
      assertThat(open.tryAcquire(ALICE)).isPresent();
    }
  }

  @Test
  void what_cannot_be_meant_is_refused_with_the_cure() {
    assertThatThrownBy(() -> here.limits.concurrency("a b")).hasMessageContaining("'a b'");
    assertThatThrownBy(() -> here.limits.concurrency("none").build())
        .hasMessageContaining("permits(count)");
    assertThatThrownBy(() -> here.limits.concurrency("none").permits(0))
        .hasMessageContaining("1 to 10,000");
    assertThatThrownBy(() -> here.limits.concurrency("none").holdTime(Duration.ZERO))
        .hasMessageContaining("1 ms to 49 days");
    assertThatThrownBy(() -> two(here).tryAcquire("")).hasMessageContaining("empty subject");
  }
}
