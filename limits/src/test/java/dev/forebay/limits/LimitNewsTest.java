package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.RedisEndpoint;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class LimitNewsTest {

  private static final Limit ONE = new Limit(1, Duration.ofHours(1));
  private static final Limit THREE = new Limit(3, Duration.ofHours(1));
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String ALICE = "user alice";

  private final RedisNamespace namespace;

  LimitNewsTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  private static RateLimiter api(LimitsFixture instance) {
    return instance.limits.limiter("api").limit(ONE).build();
  }

  /** An instance that may run scripts, but neither publish nor subscribe. */
  private static LimitsFixture deaf(EmbeddedRedis server) {
    server.execute("ACL", "SETUSER", "deaf", "on", ">pw", "~*", "resetchannels", "+@all");
    return LimitsFixture.on("redis://deaf:pw@127.0.0.1:" + server.port());
  }

  private static void awaitKnownDenial(RateLimiter limiter) {
    await().untilAsserted(() -> {
      assertThat(limiter.check(ALICE).isAllowed()).isFalse();
      assertThat(limiter.check(ALICE).source()).isEqualTo(Source.KNOWN);
    });
  }

  private static void awaitAllowed(RateLimiter limiter) {
    await().untilAsserted(() -> assertThat(limiter.check(ALICE).isAllowed()).isTrue());
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
  void a_message_drops_what_it_is_about_and_one_that_follows_a_lost_one_drops_all() {
    try (LimitsFixture here = LimitsFixture.stepped(namespace)) {
      RateLimiter mine = api(here);
      LimitNews news = here.limits.oversight().news();
      news.follow();
      for (String subject : List.of(ALICE, "bob", "carol")) {
        mine.check(subject);
        mine.check(subject);
      }
      KnownDenials denials = here.limits.oversight().denials();
      assertThat(denials.size()).isEqualTo(3);

      assertThat(news.hear("R 0 5 RESET api " + WireText.encode(ALICE))).isFalse();
      assertThat(denials.find(mine.charge(ALICE))).isNull();
      assertThat(denials.size()).isEqualTo(2);
      assertThat(news.hear("R 0 5 RESET api bob")).as("heard already").isFalse();
      assertThat(denials.size()).isEqualTo(2);

      // Redis knows nothing of the one before, so it may have been about anybody.
      assertThat(news.hear("R 6 7 RESET api dave")).isTrue();
      news.follow();
      assertThat(denials.size()).isZero();
    }
  }

  @Test
  void what_an_instance_did_not_hear_drops_only_what_it_is_about() {
    try (LimitsFixture here = LimitsFixture.stepped(namespace);
        LimitsFixture there = LimitsFixture.stepped(namespace)) {
      RateLimiter mine = api(here);
      RateLimiter theirs = api(there);
      LimitNews news = there.limits.oversight().news();
      KnownDenials denials = there.limits.oversight().denials();
      follow(there);
      for (String subject : List.of(ALICE, "bob", "carol")) {
        theirs.check(subject);
        theirs.check(subject);
      }
      assertThat(denials.size()).isEqualTo(3);

      mine.refund(ALICE, 1);
      mine.reset("bob");
      here.limits.block("mallory", Duration.ofHours(1));
      await().untilAsserted(() -> {
        follow(there);
        assertThat(denials.find(theirs.charge(ALICE))).isNull();
        assertThat(denials.find(theirs.charge("bob"))).isNull();
      });
      assertThat(denials.find(theirs.charge("carol"))).isNotNull();
      assertThat(there.limits.listed()).hasSize(1);
      assertThat(news.isBehind()).isFalse();
    }
  }

  @Test
  void an_instance_that_missed_too_much_forgets_all_that_a_reset_may_have_ended() {
    Penalty penalty = new Penalty(MINUTE, MINUTE, 1, MINUTE);
    try (LimitsFixture here = LimitsFixture.stepped(namespace);
        LimitsFixture there = LimitsFixture.stepped(namespace)) {
      RateLimiter mine = api(here);
      RateLimiter login =
          there.limits.limiter("login").limit(ONE).penalty(penalty).build();
      RateLimiter leasing = there
          .limits
          .limiter("leasing")
          .limit(100, Duration.ofHours(1))
          .leasing(10, MINUTE)
          .build();
      LimitOversight oversight = there.limits.oversight();
      follow(there);
      for (int i = 0; i < 3; i++) {
        login.check(ALICE);
      }
      leasing.check(ALICE);
      assertThat(oversight.denials().size()).isEqualTo(1);
      assertThat(oversight.strikes().size()).isEqualTo(1);
      assertThat(oversight.leased().size()).isEqualTo(1);

      NewsScripts scripts =
          new NewsScripts(here.redis.commands(), new LimitKeys(namespace.keyPrefix()));
      for (int i = 0; i < 1_001; i++) {
        scripts.tellReturn("REFUND", "api", "subject" + i).await();
      }
      mine.reset("the last one");
      follow(there);

      assertThat(oversight.denials().size()).isZero();
      assertThat(oversight.strikes().size()).isZero();
      assertThat(oversight.strikes().lost()).isEqualTo(1);
      assertThat(oversight.leased().size()).isZero();
    }
  }

  /** Has an instance follow news that goes by itself else. */
  private static void follow(LimitsFixture instance) {
    LimitNews news = instance.limits.oversight().news();
    news.beat();
    news.follow();
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
  void what_is_heard_while_everything_is_read_is_not_undone_by_it(@OwnServer EmbeddedRedis server)
      throws InterruptedException {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture here = LimitsFixture.stepped(server.uri());
        LimitsFixture there = LimitsFixture.stepped(proxy.uri())) {
      RateLimiter theirs = api(there);
      here.limits.block("mallory", Duration.ofHours(1));
      here.limits.allow("monitor");
      proxy.stall(Direction.TO_CLIENT);
      LimitNews news = there.limits.oversight().news();
      Thread reading = new Thread(there.limits.oversight().settings()::follow);
      long sent = proxy.bytes(Direction.TO_SERVER);
      reading.start();
      await().until(() -> proxy.bytes(Direction.TO_SERVER) > sent);
      RedisEndpoint database = server.endpoint().database(3);
      String version = new LimitKeys("").version();
      String start = "S %s ".formatted(database.execute("HGET", version, "generation"));
      Object number = database.execute("HGET", version, "number");
      news.hear(start + number + " 9000000000000001 UNLIST - mallory");
      news.hear(start + "9000000000000001 9000000000000002 BLOCK 60000 monitor");
      news.hear(start + "9000000000000002 9000000000000003 RULE api 3 3600000");
      proxy.resume();
      reading.join();

      assertThat(there.limits.listed()).hasSize(1).allMatch(Listing::isBlocked);
      assertThat(theirs.limit()).isEqualTo(THREE);
      assertThat(there.limits.oversight().settings().isBehind()).isFalse();
    }
  }

  @Test
  void however_many_messages_show_a_loss_they_are_followed_by_one_thread_once_more(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture here = LimitsFixture.stepped(proxy.uri())) {
      api(here);
      LimitDuties duties = new LimitDuties(here.limits.oversight().news(), () -> {});
      proxy.stall(Direction.TO_CLIENT);
      for (int i = 1; i <= 1_000; i++) {
        duties.hear("R " + (10 * i) + " " + (10 * i + 1) + " RESET api bob");
        duties.hear("S 1 " + (10 * i) + " " + (10 * i + 1) + " UNLIST - bob");
        assertThat(duties.waiting()).isLessThanOrEqualTo(1);
      }
      proxy.resume();
      await().until(() -> duties.waiting() == 0);
      duties.end();
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
  @Tag("RL3")
  void what_messages_did_not_tell_is_followed_all_the_same(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.on(server.uri());
        LimitsFixture there = deaf(server)) {
      RateLimiter mine = api(here);
      RateLimiter theirs = api(there);
      mine.check(ALICE);
      awaitKnownDenial(theirs);
      mine.reset(ALICE);
      awaitAllowed(theirs);

      awaitKnownDenial(theirs);
      mine.refund(ALICE, 1);
      awaitAllowed(theirs);

      here.limits.block("mallory", Duration.ofHours(1));
      await().until(() -> there.limits.listed().size() == 1);
      here.limits.change("api", THREE);
      await().until(() -> theirs.limit().equals(THREE));

      // Nor may it publish, and is heard all the same.
      there.limits.revert("api");
      await().until(() -> mine.limit().equals(ONE));
    }
  }

  @Test
  void messages_lost_with_the_connection_are_made_up_for(@OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture here = LimitsFixture.on(server.uri());
        LimitsFixture there = LimitsFixture.on(proxy.uri())) {
      RateLimiter mine = api(here);
      RateLimiter theirs = api(there);
      mine.check(ALICE);
      awaitKnownDenial(theirs);

      proxy.refuse();
      proxy.cut();
      await().until(() -> there.redis.state() != ConnectionState.CONNECTED);
      mine.reset(ALICE);
      here.limits.change("api", THREE);
      assertThat(theirs.limit()).isEqualTo(ONE);
      proxy.heal();

      await().until(() -> theirs.limit().equals(THREE));
      await().untilAsserted(() -> assertThat(theirs.check(ALICE).source()).isEqualTo(Source.REDIS));
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
