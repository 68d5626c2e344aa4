package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@RedisTest
class RateLimiterTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String ALICE = "user:alice";
  private static final String BOB = "user:bob";

  @AutoClose
  private final LimitsFixture here;

  @AutoClose
  private final LimitsFixture there;

  RateLimiterTest(RedisNamespace namespace) {
    here = LimitsFixture.stepped(namespace);
    there = LimitsFixture.stepped(namespace);
  }

  private static RateLimiter limiter(LimitsFixture instance, String name, long permits) {
    return instance.limits.limiter(name).limit(permits, MINUTE).build();
  }

  private static Denied denied(Decision decision) {
    assertThat(decision).isInstanceOf(Denied.class);
    return (Denied) decision;
  }

  @Test
  @Tag("RL1")
  @Tag("RL3")
  void permits_are_taken_until_there_are_none_by_all_instances_together() {
    RateLimiter mine = limiter(here, "api", 3);
    RateLimiter theirs = limiter(there, "api", 3);

    assertThat(mine.check(ALICE).remaining()).isEqualTo(2);
    assertThat(theirs.check(ALICE).remaining()).isEqualTo(1);
    assertThat(mine.check(ALICE).remaining()).isZero();

    Denied refusal = denied(theirs.check(ALICE));
    assertThat(refusal.reason()).isEqualTo(Reason.LIMIT);
    assertThat(refusal.source()).isEqualTo(Source.REDIS);
    assertThat(refusal.retryAfter()).isEqualTo(MINUTE);
    assertThat(refusal.limiter()).isEqualTo("api");
    assertThat(refusal.limit()).isEqualTo(new Limit(3, MINUTE));
    assertThat(mine.check(BOB).isAllowed()).isTrue();
  }

  @Test
  @Tag("RL3")
  void an_answer_tells_when_the_next_permit_is_there_and_when_all_are() {
    RateLimiter limiter = limiter(here, "api", 2);

    limiter.check(ALICE);
    here.advance(Duration.ofMillis(1500));
    assertThat(limiter.check(ALICE).resetAfter()).isEqualTo(MINUTE);
    here.advance(Duration.ofMillis(500));

    Denied refusal = denied(limiter.peek(ALICE));
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(58));
    assertThat(refusal.resetAfter()).isEqualTo(Duration.ofMillis(59_500));
  }

  @Test
  @Tag("RL3")
  void a_look_takes_nothing() {
    RateLimiter limiter = limiter(here, "api", 2);

    for (int i = 0; i < 5; i++) {
      assertThat(limiter.peek(ALICE, 2).isAllowed()).isTrue();
    }

    assertThat(limiter.check(ALICE, 2).isAllowed()).isTrue();
    assertThat(limiter.peek(ALICE).isAllowed()).isFalse();
  }

  @Test
  @Tag("RL3")
  void a_reset_gives_all_permits_back() {
    RateLimiter limiter = limiter(here, "api", 2);
    limiter.check(ALICE, 2);
    assertThat(limiter.check(ALICE).isAllowed()).isFalse();

    limiter.reset(ALICE);

    assertThat(limiter.check(ALICE, 2).isAllowed()).isTrue();
  }

  @Test
  @Tag("RL3")
  void permits_of_work_that_did_not_come_about_are_given_back() {
    RateLimiter limiter = limiter(here, "api", 5);
    limiter.check(ALICE, 5);
    assertThat(limiter.check(ALICE).isAllowed()).isFalse();

    limiter.refund(ALICE, 3);

    assertThat(limiter.peek(ALICE).remaining()).isEqualTo(3);
    assertThat(limiter.check(ALICE, 3).isAllowed()).isTrue();
    assertThat(limiter.check(ALICE).isAllowed()).isFalse();
  }

  @Test
  @Tag("RL3")
  void a_cost_above_the_limit_is_denied_for_ever_and_takes_nothing() {
    RateLimiter limiter = limiter(here, "api", 5);

    Denied refusal = denied(limiter.check(ALICE, 6));

    assertThat(refusal.reason()).isEqualTo(Reason.COST_ABOVE_LIMIT);
    assertThat(refusal.canSucceedLater()).isFalse();
    assertThat(limiter.check(ALICE, 5).isAllowed()).isTrue();
  }

  @Test
  @Tag("RL1")
  void several_limits_of_a_subject_are_taken_all_or_none() {
    RateLimiter perMinute = limiter(here, "minute", 10);
    RateLimiter few = limiter(here, "few", 2);
    List<Charge> both = List.of(perMinute.charge(ALICE), few.charge(ALICE));

    assertThat(here.limits.check(both).isAllowed()).isTrue();
    assertThat(here.limits.check(both).isAllowed()).isTrue();
    Decisions third = here.limits.check(both);

    assertThat(third.isAllowed()).isFalse();
    assertThat(third.strictest().limiter()).isEqualTo("few");
    assertThat(perMinute.peek(ALICE).remaining()).isEqualTo(8);
  }

  @Test
  @Tag("RL1")
  void limits_of_several_subjects_are_taken_all_or_none() {
    RateLimiter perUser = limiter(here, "user", 10);
    RateLimiter perAddress = limiter(here, "address", 1);
    List<Charge> both = List.of(perUser.charge(ALICE, 2), perAddress.charge("203.0.113.7"));

    assertThat(here.limits.check(both).isAllowed()).isTrue();
    Decisions second = there(both);

    assertThat(second.isAllowed()).isFalse();
    assertThat(second.all().get(0).remaining()).isEqualTo(8);
    assertThat(perUser.peek(ALICE).remaining()).isEqualTo(8);
  }

  /** The other instance knows of no denial yet. */
  private Decisions there(List<Charge> charges) {
    List<Charge> theirs = charges.stream()
        .map(charge -> limiter(
                there, charge.limiter().name(), charge.limiter().limit().permits())
            .charge(charge.subject(), charge.cost()))
        .toList();
    return there.limits.check(theirs);
  }

  @Test
  @Tag("RL1")
  void a_denial_that_still_holds_costs_no_round_trip_and_says_the_same() {
    RateLimiter limiter = limiter(here, "api", 1);
    limiter.check(ALICE);
    Denied first = denied(limiter.check(ALICE));

    Denied second = denied(limiter.check(ALICE));

    assertThat(first.source()).isEqualTo(Source.REDIS);
    assertThat(second.source()).isEqualTo(Source.KNOWN);
    assertThat(second.reason()).isEqualTo(Reason.LIMIT);
    assertThat(second.retryAfter()).isBetween(Duration.ofSeconds(1), first.retryAfter());
    assertThat(limiter.check(BOB).isAllowed()).isTrue();
  }

  @Test
  void a_denial_of_much_says_nothing_about_less() {
    RateLimiter limiter = limiter(here, "api", 3);
    limiter.check(ALICE);
    denied(limiter.check(ALICE, 3));

    assertThat(limiter.check(ALICE, 2).isAllowed()).isTrue();
  }

  @Test
  void in_shadow_nobody_is_denied_but_the_answer_tells() {
    RateLimiter shadow = here.limits.limiter("shadow").limit(1, MINUTE).shadow().build();
    RateLimiter real = limiter(here, "real", 10);

    assertThat(((Allowed) shadow.check(ALICE)).wouldBeDenied()).isEmpty();
    Decision second = shadow.check(ALICE);
    assertThat(second.isAllowed()).isTrue();
    assertThat(((Allowed) second).wouldBeDenied()).isPresent();

    assertThat(
            here.limits.check(List.of(shadow.charge(ALICE), real.charge(ALICE))).isAllowed())
        .isTrue();
    assertThat(real.peek(ALICE).remaining()).isEqualTo(9);
  }

  @Test
  @Tag("RL6")
  void who_goes_on_when_denied_waits_longer_each_time() {
    Penalty penalty =
        new Penalty(Duration.ofMinutes(2), Duration.ofMinutes(5), 1, Duration.ofDays(1));
    RateLimiter login =
        here.limits.limiter("login").limit(1, MINUTE).penalty(penalty).build();
    login.check(ALICE);

    Denied first = ask(login);
    Denied second = ask(login);
    Denied third = ask(login);

    assertThat(first.reason()).isEqualTo(Reason.PENALTY);
    assertThat(first.retryAfter()).isEqualTo(Duration.ofMinutes(2));
    assertThat(second.retryAfter()).isEqualTo(Duration.ofMinutes(4));
    assertThat(third.retryAfter()).isEqualTo(Duration.ofMinutes(5));

    here.advance(Duration.ofMinutes(5).minusMillis(1));
    assertThat(login.peek(ALICE).isAllowed()).isFalse();
    here.advance(Duration.ofMillis(1));
    assertThat(login.peek(ALICE).isAllowed()).isTrue();

    here.advance(Duration.ofDays(3));
    assertThat(ask(login, true)).isInstanceOf(Allowed.class);
    assertThat(ask(login).retryAfter()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  @Tag("RL6")
  void what_costs_more_than_there_ever_is_is_no_strike() {
    Penalty penalty =
        new Penalty(Duration.ofMinutes(2), Duration.ofMinutes(5), 1, Duration.ofDays(1));
    RateLimiter login =
        here.limits.limiter("login").limit(1, MINUTE).penalty(penalty).build();

    assertThat(login.check(ALICE, 2).isAllowed()).isFalse();
    assertThat(login.check(ALICE, 2).isAllowed()).isFalse();

    assertThat(login.check(ALICE).isAllowed()).isTrue();
  }

  @Test
  @Tag("RL6")
  void strikes_say_nothing_about_when_a_single_permit_is_there() {
    RateLimiter login = penalised(5);
    for (int i = 0; i < 5; i++) {
      assertThat(login.check(ALICE).isAllowed()).isTrue();
      here.advance(Duration.ofSeconds(10));
    }

    Denied struck = denied(
        here.redisLimits().strike(login.charge(ALICE), strikes(3, 1)).await().get(0));

    assertThat(struck.retryAfter()).isEqualTo(Duration.ofSeconds(10));
    assertThat(struck.reason()).isEqualTo(Reason.LIMIT);
  }

  @Test
  @Tag("RL6")
  void a_million_strikes_are_forgotten_in_time_and_still_make_the_longest_wait() {
    RateLimiter login = penalised(5);
    here.redisLimits().strike(login.charge(ALICE), strikes(1_000_000, 1)).await();

    String key = new LimitKeys(here.redis.settings().keyPrefix()).stateOf("login", ALICE);
    assertThat(here.redis.commands().ttl(key).await().orElseThrow()).isLessThan(Duration.ofDays(4));
    for (int i = 0; i < 2; i++) {
      Denied again = denied(here.redisLimits()
          .strike(login.charge(ALICE), strikes(5, i + 2))
          .await()
          .get(0));
      assertThat(again.reason()).isEqualTo(Reason.PENALTY);
      assertThat(again.retryAfter()).isEqualTo(Duration.ofDays(1));
      assertThat(again.remaining()).isZero();
      assertThat(again.resetAfter()).isGreaterThanOrEqualTo(again.retryAfter());
      here.advance(Duration.ofHours(1));
    }
  }

  private static LocalStrikes.Telling strikes(int count, long number) {
    return new LocalStrikes.Telling(count, 7, number, 0);
  }

  private RateLimiter penalised(long permits) {
    Penalty penalty =
        new Penalty(Duration.ofMinutes(5), Duration.ofDays(1), 5, Duration.ofHours(1));
    return here.limits.limiter("login").limit(permits, MINUTE).penalty(penalty).build();
  }

  @ParameterizedTest
  @EnumSource(
      value = Algorithm.class,
      names = {"EXACT_LOG", "SUB_WINDOWS"})
  @Tag("RL3")
  void what_is_given_back_lets_no_window_have_more_than_the_limit(Algorithm algorithm) {
    RateLimiter limiter =
        here.limits.limiter("api").limit(2, MINUTE).algorithm(algorithm).build();
    limiter.check(ALICE);
    here.advance(Duration.ofSeconds(59));
    limiter.check(ALICE);
    limiter.refund(ALICE, 1);

    here.advance(Duration.ofSeconds(2));

    assertThat(limiter.peek(ALICE).remaining()).isEqualTo(1);
  }

  /** As an instance asks that knows of no denial. */
  private Denied ask(RateLimiter limiter) {
    return denied(ask(limiter, true));
  }

  private Decision ask(RateLimiter limiter, boolean unknowing) {
    RateLimits fresh = RateLimits.over(
        here.redis.commands(),
        here.redis.settings().keyPrefix(),
        () -> Long.toString(here.clock.get()));
    assertThat(unknowing).isTrue();
    return fresh.add(limiter.name(), limiter.rule()).check(ALICE);
  }

  @Test
  @Tag("RL6")
  void of_strikes_that_many_instances_tell_each_counts_once() {
    RateLimiter login = penalised(5);
    String key = new LimitKeys(here.redis.settings().keyPrefix()).stateOf("login", ALICE);
    for (long number = 1; number <= 2; number++) {
      for (int time = 0; time < 3; time++) {
        for (int teller = 0; teller < 32; teller++) {
          var strikes = new LocalStrikes.Telling(1, 0xFFFF_FFF0L - teller, number, 0);
          here.redisLimits().strike(login.charge(ALICE), strikes).await();
        }
      }
    }

    byte[] state = here.redis.commands().get(key).await().orElseThrow();
    assertThat(state).hasSize(34 + 32 * 8);
    // 64 strikes, of which no more are kept than make the longest wait.
    double kept = ByteBuffer.wrap(state, 1, 8).getDouble();
    assertThat(kept).isEqualTo(55 + (64 - 55) % 5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "*",
        "?[a-z]",
        "{}",
        "a}:login",
        "line\nbreak",
        "nul\0",
        "😀",
        "\uD800",
        " ",
        "%~x",
        "ünïcödé"
      })
  void a_subject_is_any_text_and_never_another_one(String subject) {
    RateLimiter limiter = limiter(here, "api", 1);

    assertThat(limiter.check(subject).isAllowed()).isTrue();
    assertThat(limiter.check(subject).isAllowed()).isFalse();
    assertThat(limiter.check(subject + "x").isAllowed()).isTrue();
    assertThat(limiter.check("other").isAllowed()).isTrue();
  }

  @Test
  void a_subject_of_a_megabyte_takes_no_more_memory_than_a_short_one() {
    RateLimiter limiter = limiter(here, "api", 1);
    String subject = "x".repeat(1 << 20);

    assertThat(limiter.check(subject).isAllowed()).isTrue();
    assertThat(limiter.check(subject).isAllowed()).isFalse();
    assertThat(limiter.check(subject + "y").isAllowed()).isTrue();
    String key = new LimitKeys("").stateOf("api", subject);
    assertThat(key.length()).isLessThan(100);
  }

  @Test
  void what_cannot_be_meant_is_refused_with_the_cure() {
    assertThatThrownBy(() -> limiter(here, "api", 0)).hasMessageContaining("1 or more");
    assertThatThrownBy(() -> new Limit(1, Duration.ZERO)).hasMessageContaining("1 ms to 49 days");
    assertThatThrownBy(() -> new Limit(1, Duration.ofDays(50)))
        .hasMessageContaining("PT1200H")
        .hasMessageContaining("1 ms to 49 days");
    assertThatThrownBy(() -> new Limit(1, Duration.ofNanos(1_500_000)))
        .hasMessageContaining("whole milliseconds");
    assertThatThrownBy(() -> new Limit(1_000_000_000, Duration.ofDays(49)))
        .hasMessageContaining("at most");
    RateLimiter limiter = limiter(here, "api", 1);
    assertThatThrownBy(() -> limiter.check("")).hasMessageContaining("empty subject");
    assertThatThrownBy(() -> limiter.check(ALICE, 0)).hasMessageContaining("1 or more");
    assertThatThrownBy(() -> limiter(here, "api", 1)).hasMessageContaining("already");
    assertThatThrownBy(() -> here.limits.limiter("a b")).hasMessageContaining("'a b'");
    assertThatThrownBy(() -> here.limits.limiter("none").build()).hasMessageContaining("no limit");
    assertThatThrownBy(() -> here.limits
            .limiter("log")
            .limit(129, MINUTE)
            .algorithm(Algorithm.EXACT_LOG)
            .build())
        .hasMessageContaining("AUTO");
    assertThatThrownBy(() -> here.limits
            .limiter("paced")
            .limit(10, MINUTE)
            .paced(2)
            .algorithm(Algorithm.SUB_WINDOWS)
            .build())
        .hasMessageContaining("SUB_WINDOWS")
        .hasMessageContaining("Leave out");
    assertThatThrownBy(
            () -> here.limits.check(List.of(limiter.charge(ALICE), limiter.charge(ALICE, 2))))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> here.limits.check(List.of())).hasMessageContaining("without a limit");
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000, 50})
  @Tag("RL2")
  void a_limit_that_changes_keeps_what_was_taken(long changed) {
    RateLimiter limiter = limiter(here, "api", 100);
    limiter.check(ALICE, 40);

    limiter.follow(limiter.rule().with(new Limit(changed, MINUTE)));

    assertThat(limiter.peek(ALICE).remaining()).isEqualTo(changed - 40);
    assertThat(limiter.check(ALICE, changed - 40).isAllowed()).isTrue();
    assertThat(limiter.check(ALICE).isAllowed()).isFalse();
  }

  @Test
  @Tag("RL2")
  void a_limit_keeps_what_was_taken_through_all_algorithms() {
    RateLimiter limiter = limiter(here, "api", 100);
    limiter.check(ALICE, 40);
    for (Algorithm from : Algorithm.values()) {
      for (Algorithm to : Algorithm.values()) {
        limiter.follow(
            new Rule(limiter.limit(), from, 0, null, WhenUnavailable.LOCAL, false, null));
        limiter.check(ALICE, 1);
        limiter.refund(ALICE, 1);
        limiter.follow(new Rule(limiter.limit(), to, 0, null, WhenUnavailable.LOCAL, false, null));
        assertThat(limiter.peek(ALICE).remaining()).as("%s to %s", from, to).isEqualTo(60);
      }
    }
  }
}
