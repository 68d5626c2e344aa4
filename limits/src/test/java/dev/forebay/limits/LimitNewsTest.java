package dev.forebay.limits;

import static dev.forebay.limits.NewsSteps.ALICE;
import static dev.forebay.limits.NewsSteps.ONE;
import static dev.forebay.limits.NewsSteps.THREE;
import static dev.forebay.limits.NewsSteps.api;
import static dev.forebay.limits.NewsSteps.awaitAllowed;
import static dev.forebay.limits.NewsSteps.awaitKnownDenial;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one instance changes reaches all, those that start later too. */
@RedisTest
class LimitNewsTest {

  private final RedisNamespace namespace;

  LimitNewsTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  @Tag("RL3")
  void a_reset_reaches_every_instance() {
    try (LimitsFixture here = LimitsFixture.on(namespace);
        LimitsFixture there = LimitsFixture.on(namespace)) {
      RateLimiter mine = api(here);
      RateLimiter theirs = api(there);
      mine.check(ALICE);
      awaitKnownDenial(mine);
      awaitKnownDenial(theirs);

      mine.reset(ALICE);

      assertThat(mine.peek(ALICE).isAllowed()).isTrue();
      awaitAllowed(theirs);
    }
  }

  @Test
  void long_lists_are_read_while_permits_come_back_and_lists_change() throws InterruptedException {
    try (LimitsFixture here = LimitsFixture.on(namespace)) {
      RateLimiter mine = api(here);
      NewsScripts scripts =
          new NewsScripts(here.redis.commands(), new LimitKeys(namespace.keyPrefix()));
      Map<String, Long> many = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        many.put("subject " + i, -1L);
      }
      scripts.restore(0, true, Map.of(), many).await();
      AtomicBoolean goOn = new AtomicBoolean(true);
      Thread traffic = new Thread(() -> {
        for (int i = 0; goOn.get(); i++) {
          mine.refund("somebody", 1);
          here.limits.block("mallory " + i, Duration.ofHours(1));
          here.limits.unblock("mallory " + i);
        }
      });
      traffic.start();

      try (LimitsFixture later = LimitsFixture.on(namespace)) {
        assertThat(later.limits.listed()).hasSizeGreaterThanOrEqualTo(20_000);
        goOn.set(false);
        traffic.join();
        await().untilAsserted(() -> assertThat(later.limits.listed()).hasSize(20_000));
      } finally {
        goOn.set(false);
        traffic.join();
      }
    }
  }

  @Test
  void a_duty_that_ends_in_an_error_goes_on() {
    try (LimitsFixture here = LimitsFixture.stepped(namespace)) {
      AtomicInteger times = new AtomicInteger();
      LimitDuties duties = new LimitDuties(here.limits.oversight().news(), () -> {
        times.incrementAndGet();
        throw new NoClassDefFoundError("of a listener");
      });
      duties.beginFlushes();

      await().until(() -> times.get() >= 2);
      duties.end();
    }
  }

  @Test
  void an_error_at_the_start_reaches_who_starts_and_no_other_failure_does() {
    try (LimitsFixture here = LimitsFixture.stepped(namespace)) {
      LimitDuties broken = dutiesThat(here, () -> {
        throw new NoClassDefFoundError("of a driver");
      });
      assertThatThrownBy(broken::begin).isInstanceOf(NoClassDefFoundError.class);
      broken.end();

      LimitDuties failing = dutiesThat(here, () -> {
        throw new IllegalStateException("a bug");
      });
      failing.begin();
      failing.end();
    }
  }

  private static LimitDuties dutiesThat(LimitsFixture here, Supplier<String> fail) {
    LimitOversight oversight = here.limits.oversight();
    NewsScripts scripts = new NewsScripts(
        here.redis.commands(), new LimitKeys(here.redis.settings().keyPrefix()));
    return new LimitDuties(
        new LimitNews(scripts, oversight.settings(), oversight.returns(), fail, System::nanoTime),
        () -> {});
  }

  @Test
  void a_refund_reaches_every_instance() {
    try (LimitsFixture here = LimitsFixture.on(namespace);
        LimitsFixture there = LimitsFixture.on(namespace)) {
      RateLimiter mine = api(here);
      RateLimiter theirs = api(there);
      mine.check(ALICE);
      awaitKnownDenial(theirs);

      mine.refund(ALICE, 1);

      awaitAllowed(theirs);
    }
  }

  @Test
  @Tag("RL2")
  void a_changed_limit_is_followed_by_every_instance_and_by_one_that_starts_later() {
    List<Limit> told = new CopyOnWriteArrayList<>();
    try (LimitsFixture here = LimitsFixture.on(namespace);
        LimitsFixture there = LimitsFixture.on(namespace)) {
      RateLimiter mine = api(here);
      RateLimiter theirs = api(there);
      there.limits.addListener(new LimitListener() {
        @Override
        public void onLimitChanged(String limiter, Limit before, Limit now) {
          told.add(now);
        }
      });
      mine.check(ALICE);
      awaitKnownDenial(theirs);

      here.limits.change("api", THREE);

      assertThat(mine.limit()).isEqualTo(THREE);
      await().until(() -> theirs.limit().equals(THREE));
      // One of the three was taken before.
      assertThat(theirs.check(ALICE).remaining()).isEqualTo(1);
      try (LimitsFixture later = LimitsFixture.on(namespace)) {
        assertThat(api(later).limit()).isEqualTo(THREE);
      }

      there.limits.revert("api");

      assertThat(theirs.limit()).isEqualTo(ONE);
      await().until(() -> mine.limit().equals(ONE));
      assertThat(mine.check(ALICE)).isInstanceOf(Denied.class);
      assertThat(told).containsExactly(THREE, ONE);
    }
  }

  @Test
  @Tag("RL2")
  void the_limit_of_a_tier_can_be_changed_before_it_is_used() {
    try (LimitsFixture here = LimitsFixture.on(namespace)) {
      here.limits.change("login", THREE);

      assertThat(here.limits.tier(LimitTier.LOGIN).limit()).isEqualTo(THREE);
      assertThatThrownBy(() -> here.limits.change("lgin", THREE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("No limiter 'lgin'; there are [login]");
      here.limits.limiter("log").limit(THREE).algorithm(Algorithm.EXACT_LOG).build();
      assertThatThrownBy(() -> here.limits.change("log", new Limit(1_000, Duration.ofHours(1))))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @Tag("RL5")
  void while_redis_is_away_the_last_known_limits_and_lists_hold(
      @OwnServer(appendOnly = true) EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.on(server.uri());
        LimitsFixture there = LimitsFixture.on(server.uri())) {
      RateLimiter theirs = api(there);
      api(here);
      here.limits.change("api", THREE);
      here.limits.block("mallory", Duration.ofHours(1));
      here.limits.allow("monitor");
      await().until(() -> theirs.limit().equals(THREE) && there.limits.listed().size() == 2);
      server.stop();
      await().until(() -> there.redis.state() == ConnectionState.DISCONNECTED);

      assertThat(theirs.limit()).isEqualTo(THREE);
      assertThat(theirs.check("mallory").isAllowed()).isFalse();
      for (int i = 0; i < 10; i++) {
        assertThat(theirs.check("monitor").isAllowed()).isTrue();
      }
      assertThatThrownBy(() -> there.limits.revert("api")).isInstanceOf(ForebayException.class);
      assertThatThrownBy(() -> there.limits.block("bob", Duration.ofHours(1)))
          .isInstanceOf(ForebayException.class);
      assertThat(theirs.limit()).isEqualTo(THREE);
    }
  }

  @Test
  void what_redis_has_lost_is_put_back_by_an_instance_that_knows_it(
      @OwnServer EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.on(server.uri())) {
      api(here);
      here.limits.change("api", THREE);
      here.limits.block("mallory", Duration.ofHours(1));
      here.limits.allow("monitor");

      server.execute("FLUSHALL");

      await().untilAsserted(() -> {
        try (LimitsFixture later = LimitsFixture.on(server.uri())) {
          assertThat(api(later).limit()).isEqualTo(THREE);
          assertThat(later.limits.listed())
              .extracting(Listing::subject)
              .containsExactly("mallory", "monitor");
        }
      });
      assertThat(here.limits.listed()).hasSize(2);
    }
  }

  @Test
  @Tag("RL5")
  void a_limit_is_shared_among_the_instances_that_were_alive(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.on(server.uri());
        LimitsFixture there = LimitsFixture.on(server.uri())) {
      RateLimiter mine =
          here.limits.limiter("api").limit(10, Duration.ofHours(1)).build();
      await().until(() -> here.limits.oversight().news().instances() == 2);
      there.limits.close();
      await().until(() -> here.limits.oversight().news().instances() == 1);
      try (LimitsFixture again = LimitsFixture.on(server.uri())) {
        await().until(() -> here.limits.oversight().news().instances() == 2);
        assertThat(again.redis.state()).isEqualTo(ConnectionState.CONNECTED);
        server.stop();
        await().until(() -> here.redis.state() == ConnectionState.DISCONNECTED);

        assertThat(mine.check(ALICE).remaining()).isEqualTo(4);
      }
    }
  }

  @Test
  void a_message_that_is_none_of_ours_changes_nothing() {
    try (LimitsFixture here = LimitsFixture.on(namespace)) {
      RateLimiter mine = api(here);
      LimitNews news = here.limits.oversight().news();
      for (String message : List.of(
          "",
          "hello",
          "1 2 RULE api",
          "S 1 0 2 RULE api",
          "S 1 x y RULE api 3 4",
          "S 1 0 2 BLOCK long alice",
          "R 1",
          "R 1 2",
          "R x y RESET api alice")) {
        assertThat(news.hear(message)).as(message).isFalse();
      }
      news.hear("S 1 0 9000000000000000 RULE api many permits");
      news.hear("S 1 9000000000000000 9000000000000001 FROM_THE_FUTURE api 3 4");
      news.hear("R 0 9000000000000000 RESET nobody");
      news.hear("R 9000000000000000 9000000000000001 FROM_THE_FUTURE api bob and more");

      assertThat(mine.limit()).isEqualTo(ONE);
    }
  }

  @Test
  void after_closing_nothing_is_remembered_that_others_may_change() {
    LimitsFixture here = LimitsFixture.on(namespace);
    try (here) {
      RateLimiter mine = api(here);
      mine.check(ALICE);
      awaitKnownDenial(mine);

      here.limits.close();
      here.limits.close();

      assertThat(mine.check(ALICE).source()).isEqualTo(Source.REDIS);
      assertThat(mine.check(ALICE).source()).isEqualTo(Source.REDIS);
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("forebay-limits-"))
        .allMatch(Thread::isDaemon);
  }

  @Test
  void where_redis_is_switched_off_changes_hold_here() {
    RedisSettings off = RedisSettings.builder().enabled(false).build();
    try (LimitsFixture here = LimitsFixture.on(off)) {
      RateLimiter mine = api(here);

      here.limits.change("api", THREE);
      here.limits.block("mallory", Duration.ofHours(1));

      assertThat(mine.limit()).isEqualTo(THREE);
      assertThat(mine.check("mallory").isAllowed()).isFalse();
    }
  }
}
