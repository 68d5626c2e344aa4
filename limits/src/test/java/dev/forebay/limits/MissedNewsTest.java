package dev.forebay.limits;

import static dev.forebay.limits.NewsSteps.ALICE;
import static dev.forebay.limits.NewsSteps.ONE;
import static dev.forebay.limits.NewsSteps.THREE;
import static dev.forebay.limits.NewsSteps.api;
import static dev.forebay.limits.NewsSteps.awaitAllowed;
import static dev.forebay.limits.NewsSteps.awaitKnownDenial;
import static dev.forebay.limits.NewsSteps.deaf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.RedisEndpoint;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ConnectionState;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An instance that did not hear a message finds out and makes up for it. */
@RedisTest
class MissedNewsTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final RedisNamespace namespace;

  MissedNewsTest(RedisNamespace namespace) {
    this.namespace = namespace;
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
}
