package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.RedisEndpoint;
import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("RL6")
class SubjectListsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String MALLORY = "203.0.113.7";

  private final RedisNamespace namespace;

  @AutoClose
  private final LimitsFixture here;

  @AutoClose
  private final LimitsFixture there;

  SubjectListsTest(RedisNamespace namespace) {
    this.namespace = namespace;
    here = LimitsFixture.on(namespace);
    there = LimitsFixture.on(namespace);
  }

  private static RateLimiter limiter(LimitsFixture instance, String name) {
    return instance.limits.limiter(name).limit(2, HOUR).build();
  }

  @Test
  void who_is_blocked_is_denied_by_every_instance_until_the_time_is_over() {
    RateLimiter mine = here.limits.limiter("api").limit(1_000_000, HOUR).build();
    RateLimiter theirs = there.limits.limiter("api").limit(1_000_000, HOUR).build();

    here.limits.block(MALLORY, HOUR);

    Decision decision = mine.check(MALLORY);
    assertThat(decision).isInstanceOf(Denied.class);
    Denied denied = (Denied) decision;
    assertThat(denied.reason()).isEqualTo(Reason.BLOCKED);
    assertThat(denied.source()).isEqualTo(Source.KNOWN);
    assertThat(denied.retryAfter()).isBetween(HOUR.minusMinutes(10), HOUR);
    assertThat(mine.peek(MALLORY)).isInstanceOf(Denied.class);
    assertThat(mine.check("somebody else").isAllowed()).isTrue();
    await().until(() -> !theirs.check(MALLORY).isAllowed());

    there.limits.disallow(MALLORY);
    assertThat(theirs.check(MALLORY).isAllowed()).isFalse();
    there.limits.unblock(MALLORY);
    assertThat(theirs.check(MALLORY).isAllowed()).isTrue();
    await().until(() -> mine.check(MALLORY).isAllowed());
    assertThat(here.limits.listed()).isEmpty();
  }

  @Test
  void who_is_allowed_is_not_counted() {
    RateLimiter mine = limiter(here, "api");
    RateLimiter other = limiter(here, "other");

    here.limits.allow(MALLORY);

    for (int i = 0; i < 5; i++) {
      Decision decision = mine.check(MALLORY);
      assertThat(decision).isInstanceOf(Allowed.class);
      assertThat(decision.source()).isEqualTo(Source.KNOWN);
    }
    Decisions decisions =
        here.limits.check(List.of(mine.charge(MALLORY), other.charge("user:mallory")));
    assertThat(decisions.all())
        .extracting(Decision::source)
        .containsExactly(Source.KNOWN, Source.REDIS);
    assertThat(other.peek("user:mallory").remaining()).isEqualTo(1);
    here.limits.unblock(MALLORY);
    assertThat(mine.check(MALLORY).source()).isEqualTo(Source.KNOWN);

    here.limits.disallow(MALLORY);
    assertThat(mine.check(MALLORY).remaining()).isEqualTo(1);
  }

  @Test
  void a_subject_is_either_blocked_or_allowed_as_was_said_last() {
    here.limits.allow(MALLORY);
    here.limits.block(MALLORY, HOUR);
    assertThat(here.limits.listed()).hasSize(1).allMatch(Listing::isBlocked);

    here.limits.allow(MALLORY);
    assertThat(here.limits.listed()).containsExactly(new Listing(MALLORY, null));
    await().until(() -> there.limits.listed().equals(here.limits.listed()));
  }

  @Test
  void of_several_charges_one_that_is_blocked_denies_the_request_and_nothing_is_taken() {
    RateLimiter address = limiter(here, "address");
    RateLimiter user = limiter(here, "user");
    here.limits.block(MALLORY, HOUR);

    Decisions decisions =
        here.limits.check(List.of(user.charge("user:mallory"), address.charge(MALLORY)));

    assertThat(decisions.isAllowed()).isFalse();
    assertThat(decisions.all()).hasSize(1);
    assertThat(user.peek("user:mallory").remaining()).isEqualTo(2);
  }

  @Test
  void in_shadow_nobody_is_denied() {
    RateLimiter shadow = here.limits.limiter("shadow").limit(2, HOUR).shadow().build();
    here.limits.block(MALLORY, HOUR);

    assertThat(shadow.check(MALLORY))
        .isInstanceOfSatisfying(
            Allowed.class, allowed -> assertThat(allowed.wouldBeDenied()).isPresent());
  }

  @Test
  void no_two_subjects_are_one_whatever_their_characters() {
    RateLimiter mine = limiter(here, "api");
    RateLimiter theirs = limiter(there, "api");
    String end = "x".repeat(200);
    for (String like : List.of("mallory %s", "%s" + end)) {
      String blocked = like.formatted("\uD800");
      String other = like.formatted("\uD801");
      here.limits.block(blocked, HOUR);
      assertThat(mine.check(other).remaining()).isEqualTo(1);

      await()
          .untilAsserted(() -> assertThat(there.limits.listed())
              .extracting(Listing::subject)
              .containsExactly(blocked));
      assertThat(theirs.check(blocked).isAllowed()).isFalse();
      assertThat(theirs.check(other).remaining()).isZero();
      try (LimitsFixture later = LimitsFixture.on(namespace)) {
        assertThat(later.limits.listed()).extracting(Listing::subject).containsExactly(blocked);
        assertThat(limiter(later, "api").check(other).isAllowed()).isFalse();
      }

      here.limits.unblock(blocked);
      await().until(() -> there.limits.listed().isEmpty());
      assertThat(theirs.check(blocked).remaining()).isEqualTo(1);
      mine.reset(other);
      assertThat(mine.peek(blocked).remaining()).isEqualTo(1);
      assertThat(mine.peek(other).remaining()).isEqualTo(2);
    }
  }

  @Test
  void what_is_left_of_a_block_runs_down_to_the_millisecond() {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000); // overflows soon
    SubjectLists lists = new SubjectLists(nanos::get);
    lists.block(MALLORY, 10);

    nanos.addAndGet(9_000_001);
    assertThat(lists.find(MALLORY)).isEqualTo(new Listing(MALLORY, Duration.ofMillis(1)));
    nanos.addAndGet(999_999);
    assertThat(lists.find(MALLORY)).isNull();
    assertThat(lists.size()).isZero();
  }

  @Test
  void a_list_that_is_full_says_so_and_forgets_nobody() {
    LimitKeys keys = new LimitKeys(namespace.keyPrefix());
    List<String> command = new ArrayList<>(List.of("ZADD", keys.listed()));
    for (int i = 0; i < SubjectLists.MOST; i++) {
      command.add("-1");
      command.add(WireText.encode("subject " + i));
    }
    RedisEndpoint database = RedisEndpoint.of(namespace.uri()).database(3);
    database.execute(command.toArray(String[]::new));
    database.execute("HSET", keys.version(), "number", "1", "generation", "1");

    assertThatThrownBy(() -> here.limits.block(MALLORY, HOUR))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("100000 subjects are blocked or allowed already")
        .hasMessageContaining("unblock");
    here.limits.block("subject 1", HOUR);
    here.limits.disallow("subject 2");
    await().untilAsserted(() -> assertThat(here.limits.listed()).hasSize(SubjectLists.MOST - 1));
    here.limits.block(MALLORY, HOUR);
    await().untilAsserted(() -> assertThat(there.limits.listed()).hasSize(SubjectLists.MOST));
  }

  @Test
  void the_local_copy_is_bounded_whatever_it_is_told() {
    SubjectLists lists = new SubjectLists(System::nanoTime);
    Map<String, Long> many = new HashMap<>();
    for (int i = 0; i < SubjectLists.MOST + 10; i++) {
      many.put("subject " + i, -1L);
    }
    lists.replaceBy(many);
    lists.allow("one more");

    assertThat(lists.size()).isEqualTo(SubjectLists.MOST);
  }

  @Test
  void what_cannot_be_meant_is_refused_with_the_cure() {
    assertThatThrownBy(() -> here.limits.block("", HOUR))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> here.limits.allow("x".repeat(513)))
        .hasMessageContaining("1 to 512 characters, not 513");
    assertThatThrownBy(() -> here.limits.block(MALLORY, Duration.ZERO))
        .hasMessageContaining("1 ms to 3650 days");
  }
}
