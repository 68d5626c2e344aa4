package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.RedisUnavailableException;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@RedisTest
class LeasedPermitsTest {

  private static final String ALICE = "user:alice";

  @AutoClose
  private final LimitsFixture here;

  @AutoClose
  private final LimitsFixture there;

  LeasedPermitsTest(RedisNamespace namespace) {
    here = LimitsFixture.on(namespace);
    there = LimitsFixture.on(namespace);
  }

  private static RateLimiter limiter(LimitsFixture instance, long permits) {
    return instance
        .limits
        .limiter("events")
        .limit(permits, Duration.ofHours(1))
        .leasing(10, Duration.ofMinutes(1))
        .build();
  }

  @Test
  void permits_are_handed_out_without_asking_redis() {
    RateLimiter limiter = limiter(here, 1_000);

    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      decisions.add(limiter.check(ALICE));
    }

    assertThat(decisions).allMatch(Decision::isAllowed);
    assertThat(decisions).extracting(Decision::source).containsOnly(Source.KNOWN);
    assertThat(decisions).extracting(Decision::remaining).contains(999L, 980L);
    assertThat(limiter.peek(ALICE).remaining()).isEqualTo(980);
  }

  @Test
  void instances_together_never_admit_more_and_hold_back_no_more_than_they_lease()
      throws InterruptedException {
    long permits = 1_005;
    AtomicLong admitted = new AtomicLong();
    CountDownLatch done = new CountDownLatch(8);
    for (LimitsFixture instance : List.of(here, there)) {
      RateLimiter limiter = limiter(instance, permits);
      for (int i = 0; i < 4; i++) {
        new Thread(() -> {
              while (limiter.check(ALICE) instanceof Allowed) {
                admitted.incrementAndGet();
              }
              done.countDown();
            })
            .start();
      }
    }
    done.await();

    assertThat(admitted.get()).isBetween(permits - 2 * 10, permits);
  }

  @Test
  void permits_on_lease_are_handed_out_although_redis_has_denied_one_that_was_asked_meanwhile() {
    RateLimiter limiter = limiter(here, 10);
    limiter.check(ALICE);
    Charge charge = limiter.charge(ALICE);
    // As while another thread waits for the lot, which takes all there is.
    KnownDenials denials = here.limits.oversight().denials();
    Duration wait = Duration.ofHours(1);
    denials.add(
        charge,
        new Denied("events", limiter.limit(), 0, wait, wait, Reason.LIMIT, Source.REDIS),
        denials.now());

    for (int i = 0; i < 9; i++) {
      assertThat(limiter.check(ALICE).isAllowed())
          .as("permit %d of the lease", i)
          .isTrue();
    }
    assertThat(limiter.check(ALICE)).isInstanceOf(Denied.class);
  }

  @Test
  void callers_who_find_a_lot_under_way_wait_for_it_as_many_as_it_serves() throws Exception {
    PendingLot lot = new PendingLot(3);
    Thread second = lot.join();
    Thread third = lot.join();

    assertThat(lot.take()).as("one more than it serves").isNull();
    lot.answer.complete(lot.allowed());

    second.join();
    third.join();
    lot.first.join();
    assertThat(lot.decisions).hasSize(3).allMatch(Decision::isAllowed);
    assertThat(lot.asked).hasValue(1);
  }

  @Test
  void who_waits_for_a_lot_is_told_that_redis_failed() throws Exception {
    PendingLot lot = new PendingLot(3);
    Thread second = lot.join();
    RedisUnavailableException away = away();
    lot.answer.completeExceptionally(away);

    second.join();
    lot.first.join();
    assertThat(lot.failures).containsExactly(away, away);
  }

  @Test
  void who_waits_for_a_lot_is_not_told_that_its_caller_was_interrupted() throws Exception {
    PendingLot lot = new PendingLot(3);
    Thread second = lot.join();
    lot.first.interrupt();
    lot.answer.completeExceptionally(away());

    second.join();
    lot.first.join();
    assertThat(lot.failures).hasSize(1);
    assertThat(lot.alone).hasValue(1);
  }

  private static RedisUnavailableException away() {
    RedisSettings off = RedisSettings.builder().enabled(false).build();
    try (LimitsFixture instance = LimitsFixture.on(off)) {
      return catchThrowableOfType(
          RedisUnavailableException.class,
          () -> instance.redis.commands().get("key").await());
    }
  }

  /** A lot that the first caller waits for until it is answered. */
  private final class PendingLot {
    private final CompletableFuture<Decision> answer = new CompletableFuture<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger alone = new AtomicInteger();
    private final List<Decision> decisions = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final LeasedPermits leased = new LeasedPermits(System::nanoTime);
    private final Charge charge = limiter(here, 1_000).charge(ALICE);
    private final Leasing leasing;
    private final Thread first;

    PendingLot(long permits) {
      leasing = new Leasing(permits, Duration.ofMinutes(1));
      first = join();
    }

    Decision allowed() {
      return new Allowed(
          "events", charge.limiter().limit(), 990, Duration.ofHours(1), Source.REDIS, null);
    }

    @Nullable
    Decision take() {
      return leased.take(charge, leasing, any -> {
        asked.incrementAndGet();
        try {
          return answer.join();
        } catch (CompletionException e) {
          throw (ForebayException) e.getCause();
        }
      });
    }

    /** Returns a caller who waits. */
    Thread join() {
      Thread caller = new Thread(() -> {
        try {
          Decision decision = take();
          if (decision == null) {
            alone.incrementAndGet();
          } else {
            decisions.add(decision);
          }
        } catch (ForebayException e) {
          failures.add(e);
        }
      });
      caller.start();
      await().until(() -> caller.getState() == Thread.State.WAITING);
      return caller;
    }
  }

  @Test
  void permits_on_lease_are_back_when_redis_said_so() {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // overflows soon
    LeasedPermits leased = new LeasedPermits(nanos::get);
    Duration hour = Duration.ofHours(1);
    Charge charge = limiter(here, 1_000).charge(ALICE);
    Decision lot = new Allowed("events", charge.limiter().limit(), 990, hour, Source.REDIS, null);
    Leasing leasing = new Leasing(10, Duration.ofMinutes(1));

    assertThat(leased.take(charge, leasing, any -> lot))
        .extracting(Decision::resetAfter)
        .isEqualTo(hour);
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());

    assertThat(leased.takeHeld(charge))
        .extracting(Decision::resetAfter)
        .isEqualTo(hour.minusSeconds(10));
  }

  @Test
  void who_is_blocked_gets_nothing_from_a_lease() {
    RateLimiter limiter = limiter(here, 1_000);
    limiter.check(ALICE);

    here.limits.block(ALICE, Duration.ofHours(1));

    assertThat(limiter.check(ALICE)).isInstanceOf(Denied.class);
  }

  @Test
  void a_reset_takes_back_what_is_on_lease() {
    RateLimiter limiter = limiter(here, 1_000);
    limiter.check(ALICE);

    limiter.reset(ALICE);

    assertThat(limiter.check(ALICE).remaining()).isEqualTo(999);
  }

  @Test
  void a_new_subject_sweeps_a_few_of_those_whose_time_is_over() {
    AtomicLong nanos = new AtomicLong();
    LeasedPermits leased = new LeasedPermits(nanos::get);
    Leasing leasing = new Leasing(10, Duration.ofSeconds(1));
    RateLimiter limiter = limiter(here, 1_000);
    Decision decision =
        new Allowed("events", limiter.limit(), 990, Duration.ZERO, Source.REDIS, null);
    for (int i = 0; i < LeasedPermits.MOST + 1; i++) {
      var unused = leased.take(limiter.charge("subject " + i), leasing, lot -> decision);
    }
    assertThat(leased.size()).isEqualTo(LeasedPermits.MOST);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    var unused = leased.take(limiter.charge("new 0"), leasing, lot -> decision);

    assertThat(leased.size()).isEqualTo(LeasedPermits.MOST - LeasedPermits.SWEPT_AT_ONCE + 1);
    for (int i = 1; i < LeasedPermits.MOST; i++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(leased.take(limiter.charge("new " + i), leasing, lot -> decision))
          .as("is on lease")
          .isNotNull();
    }
    assertThat(leased.size()).isLessThanOrEqualTo(LeasedPermits.MOST);
  }

  @Test
  void what_cannot_be_leased_is_refused_with_the_cure() {
    RateLimiterBuilder builder = here.limits.limiter("wrong").limit(100, Duration.ofMinutes(1));
    assertThatThrownBy(() -> builder.leasing(101, Duration.ofSeconds(1)).build())
        .hasMessageContaining("1 to 100");
    assertThatThrownBy(() -> builder.leasing(10, Duration.ofMinutes(2)).build())
        .hasMessageContaining("1 ms to PT1M");
    assertThatThrownBy(() -> builder
            .leasing(10, Duration.ofSeconds(1))
            .algorithm(Algorithm.FIXED_WINDOW)
            .build())
        .hasMessageContaining("FIXED_WINDOW");
  }
}
