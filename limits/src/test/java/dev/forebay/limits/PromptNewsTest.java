package dev.forebay.limits;

import static dev.forebay.limits.NewsSteps.ALICE;
import static dev.forebay.limits.NewsSteps.ONE;
import static dev.forebay.limits.NewsSteps.deaf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How soon the other instances know what one has changed. */
@RedisTest
class PromptNewsTest {

  private static final int TIMES = 5;
  private static final Duration HOUR = Duration.ofHours(1);

  /** One instance with a limit of each kind of news. */
  private record Knowing(
      LimitsFixture instance, RateLimiter changed, RateLimiter reset, RateLimiter refunded) {

    static Knowing of(LimitsFixture instance) {
      return new Knowing(
          instance,
          instance.limits.limiter("changed").limit(ONE).build(),
          instance.limits.limiter("reset").limit(ONE).build(),
          instance.limits.limiter("refunded").limit(ONE).build());
    }

    private boolean remembers(RateLimiter limiter) {
      return instance.limits.oversight().denials().find(limiter.charge(ALICE)) != null;
    }

    void awaitDenials() {
      awaitSoon(() -> {
        reset.check(ALICE);
        refunded.check(ALICE);
        return remembers(reset) && remembers(refunded);
      });
    }

    boolean hasHeardOf(Limit limit) {
      return changed.limit().equals(limit) && !remembers(reset) && !remembers(refunded);
    }
  }

  private static void awaitSoon(Callable<Boolean> condition) {
    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(condition);
  }

  /** One instance hears messages, the other one not a single one. */
  @Test
  @Tag("RL2")
  @Tag("RL3")
  void a_change_a_reset_and_a_refund_are_known_everywhere_within_a_second(
      @OwnServer EmbeddedRedis server) {
    List<Duration> hearing = new ArrayList<>();
    List<Duration> notHearing = new ArrayList<>();
    try (LimitsFixture one = LimitsFixture.on(server.uri());
        LimitsFixture other = LimitsFixture.on(server.uri());
        LimitsFixture third = deaf(server)) {
      Knowing here = Knowing.of(one);
      Knowing there = Knowing.of(other);
      Knowing deaf = Knowing.of(third);
      for (int i = 0; i < TIMES; i++) {
        here.awaitDenials();
        there.awaitDenials();
        deaf.awaitDenials();
        Limit limit = new Limit(2 + i, HOUR);
        long begun = System.nanoTime();

        here.reset.reset(ALICE);
        here.refunded.refund(ALICE, 1);
        one.limits.change("changed", limit);

        awaitSoon(() -> there.hasHeardOf(limit));
        hearing.add(Duration.ofNanos(System.nanoTime() - begun));
        awaitSoon(() -> deaf.hasHeardOf(limit));
        notHearing.add(Duration.ofNanos(System.nanoTime() - begun));
      }
    }

    // A busy machine may be late now and then, but not most times.
    assertThat(median(hearing)).as("of %s", hearing).isLessThan(Duration.ofSeconds(1));
    assertThat(median(notHearing)).as("of %s", notHearing).isLessThan(Duration.ofSeconds(1));
  }

  private static Duration median(List<Duration> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  @Test
  @Tag("RL2")
  @Tag("RL3")
  void what_another_instance_has_on_lease_ends_with_a_change_and_with_a_reset(
      @OwnServer EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.on(server.uri());
        LimitsFixture there = LimitsFixture.on(server.uri())) {
      RateLimiter mine = leasing(here);
      RateLimiter theirs = leasing(there);
      LeasedPermits leased = there.limits.oversight().leased();
      awaitSoon(() -> theirs.check(ALICE).isAllowed() && leased.size() == 1);

      mine.reset(ALICE);

      awaitSoon(() -> leased.size() == 0);
      assertThat(theirs.check(ALICE).isAllowed()).isTrue();
      assertThat(leased.size()).isEqualTo(1);

      here.limits.change("events", new Limit(50, HOUR));

      awaitSoon(() -> leased.size() == 0);
      assertThat(theirs.check(ALICE).remaining()).isEqualTo(50 - 10 - 1);
    }
  }

  private static RateLimiter leasing(LimitsFixture instance) {
    return instance
        .limits
        .limiter("events")
        .limit(100, HOUR)
        .leasing(10, Duration.ofMinutes(1))
        .build();
  }
}
