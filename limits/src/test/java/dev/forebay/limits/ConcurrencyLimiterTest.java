package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.ConcurrencyLimiter.Permit;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@RedisTest
class ConcurrencyLimiterTest {

  private static final Duration HOLD = Duration.ofSeconds(10);
  private static final String ALICE = "user:alice";

  @AutoClose
  private final LimitsFixture here;

  @AutoClose
  private final LimitsFixture there;

  ConcurrencyLimiterTest(RedisNamespace namespace) {
    here = LimitsFixture.stepped(namespace);
    there = LimitsFixture.stepped(namespace);
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
  void however_many_threads_of_two_instances_ask_no_more_than_the_permits_are_held()
      throws InterruptedException {
    AtomicInteger acquired = new AtomicInteger();
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(32);
    List<ConcurrencyLimiter> limiters = List.of(three(here), three(there));
    for (int i = 0; i < 32; i++) {
      ConcurrencyLimiter limiter = limiters.get(i % 2);
      Thread asking = new Thread(() -> {
        try {
          while (acquired.get() < 2_000) {
            limiter.tryAcquire(ALICE).ifPresent(permit -> {
              acquired.incrementAndGet();
              most.accumulateAndGet(holders.incrementAndGet(), Math::max);
              permit.renew(); // a round trip, in which others ask
              holders.decrementAndGet();
              permit.close();
            });
          }
        } finally {
          done.countDown();
        }
      });
      asking.setDaemon(true);
      asking.start();
    }
    done.await();

    assertThat(acquired.get()).isGreaterThanOrEqualTo(2_000);
    assertThat(most).as("most who held a permit at the same time").hasValue(3);
    for (ConcurrencyLimiter limiter : List.of(limiters.get(0), limiters.get(1), limiters.get(0))) {
      assertThat(limiter.tryAcquire(ALICE)).isPresent();
    }
    assertThat(limiters.get(1).tryAcquire(ALICE)).isEmpty();
  }

  private static ConcurrencyLimiter three(LimitsFixture instance) {
    return instance
        .limits
        .concurrency("imports")
        .permits(3)
        .holdTime(HOLD)
        .whenUnavailable(WhenUnavailable.CLOSED)
        .build();
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
  void who_is_blocked_gets_none_and_who_is_allowed_gets_one_that_does_not_count() {
    ConcurrencyLimiter limiter = two(here);
    here.limits.block("mallory", Duration.ofHours(1));
    here.limits.allow("monitor");

    assertThat(limiter.tryAcquire("mallory")).isEmpty();
    for (int i = 0; i < 5; i++) {
      Permit permit = limiter.tryAcquire("monitor").orElseThrow();
      assertThat(permit.renew()).isTrue();
    }

    here.limits.unblock("mallory");
    here.limits.disallow("monitor");
    for (String subject : List.of("mallory", "monitor")) {
      assertThat(limiter.tryAcquire(subject)).isPresent();
      assertThat(limiter.tryAcquire(subject)).isPresent();
      assertThat(limiter.tryAcquire(subject)).isEmpty();
    }
  }

  @Test
  void a_place_whose_answer_was_lost_is_given_back_when_redis_answers_again(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture asking = LimitsFixture.stepped(RedisSettings.builder()
            .uri(proxy.uri())
            .commandTimeout(Duration.ofSeconds(4))
            .build());
        LimitsFixture other = LimitsFixture.stepped(server.uri())) {
      ConcurrencyLimiter limiter = asking
          .limits
          .concurrency("exports")
          .permits(2)
          .whenUnavailable(WhenUnavailable.CLOSED)
          .build();
      ConcurrencyLimiter theirs = two(other);
      Permit held = acquire(limiter);
      proxy.stall(Direction.TO_CLIENT);
      assertThat(limiter.tryAcquire(ALICE)).isEmpty();
      held.close();
      LateReleases late = asking.limits.oversight().lateReleases();
      assertThat(late.size()).isEqualTo(2);
      proxy.resume();

      await().until(() -> {
        asking.limits.oversight().flush();
        return late.size() == 0;
      });
      assertThat(theirs.tryAcquire(ALICE)).isPresent();
      assertThat(theirs.tryAcquire(ALICE)).isPresent();
      assertThat(theirs.tryAcquire(ALICE)).isEmpty();
    }
  }

  @Test
  void a_permit_that_was_given_without_redis_is_free_when_its_time_is_over(
      @OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = LimitsFixture.on(server.uri())) {
      ConcurrencyLimiter limiter = instance
          .limits
          .concurrency("exports")
          .permits(1)
          .holdTime(Duration.ofSeconds(2))
          .build();
      server.stop();
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);

      Permit forgotten = acquire(limiter);

      assertThat(forgotten.renew()).isTrue();
      await().until(() -> limiter.tryAcquire(ALICE).isPresent());
      assertThat(forgotten.renew()).isFalse();
    }
  }

  @Test
  void places_to_be_given_back_are_forgotten_when_their_time_is_over() {
    AtomicLong nanos = new AtomicLong();
    ConcurrencyScripts scripts = here.limits.oversight().concurrencyScripts();
    LateReleases late = new LateReleases(scripts, nanos::get, true);
    for (int i = 0; i <= LateReleases.MOST; i++) {
      late.add("key", "holder " + i, HOLD);
    }
    assertThat(late.size()).isEqualTo(LateReleases.MOST);
    nanos.addAndGet(HOLD.toNanos());

    late.flush();

    assertThat(late.size()).isZero();
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
