package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Source;
import dev.forebay.limits.LimitUsage.OfLimiter;
import dev.forebay.limits.LimitUsage.Offender;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("RL7")
class LimitUsageTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String MALLORY = "203.0.113.7";
  private static final String LOGIN = "POST /login";

  private final RedisNamespace namespace;

  LimitUsageTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  private static RateLimiter limiter(LimitsFixture instance, String name, long permits) {
    return instance.limits.limiter(name).limit(permits, HOUR).build();
  }

  private static void check(LimitsFixture instance, RateLimiter limiter, String subject) {
    var unused = instance.limits.check(LOGIN, List.of(limiter.charge(subject)));
  }

  @Test
  void usage_is_told_by_limiter_and_by_endpoint_with_who_was_denied_most() {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter api = limiter(instance, "api", 2);
      RateLimiter shadow =
          instance.limits.limiter("shadow").limit(1, HOUR).shadow().build();
      for (int i = 0; i < 5; i++) {
        check(instance, api, MALLORY);
        api.check("alice");
        shadow.check(MALLORY);
      }
      check(instance, api, "bob");
      instance.limits.block("eve", HOUR);
      check(instance, api, "eve");

      LimitUsage usage = instance.limits.usage();

      OfLimiter ofApi = usage.limiter("api");
      assertThat(ofApi.allowed()).isEqualTo(5);
      assertThat(ofApi.denied()).isEqualTo(7);
      assertThat(ofApi.deniedLocally()).isEqualTo(5);
      assertThat(ofApi.subjects()).isEqualTo(4);
      assertThat(ofApi.decisionsPerSubject()).isEqualTo(3);
      assertThat(usage.limiter("shadow").allowed()).isEqualTo(5);
      assertThat(usage.limiter("shadow").shadowed()).isEqualTo(4);
      assertThat(usage.deniedByEndpoint()).isEqualTo(Map.of(LOGIN, 4L));
      assertThat(usage.offenders())
          .containsExactly(
              new Offender("api", MALLORY, 3),
              new Offender("api", "alice", 3),
              new Offender("api", "eve", 1));
      assertThatThrownBy(() -> usage.limiter("apl"))
          .hasMessage("No limiter 'apl'; there are [api, shadow]");
    }
  }

  @Test
  @Tag("RL5")
  void what_is_decided_without_redis_is_told_apart(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture instance = LimitsFixture.stepped(server.uri())) {
      RateLimiter api = limiter(instance, "api", 2);
      api.check(MALLORY);
      server.stop();
      await().until(() -> instance.redis.state() == ConnectionState.DISCONNECTED);
      for (int i = 0; i < 3; i++) {
        api.check(MALLORY);
      }

      OfLimiter usage = instance.limits.usage().limiter("api");
      assertThat(usage.withoutRedis()).isEqualTo(3);
      assertThat(usage.allowed()).isEqualTo(3);
      assertThat(usage.denied()).isEqualTo(1);
    }
  }

  @Test
  void all_instances_are_summed_and_a_subject_of_two_is_one() {
    try (LimitsFixture here = LimitsFixture.stepped(namespace);
        LimitsFixture there = LimitsFixture.stepped(namespace)) {
      RateLimiter mine = limiter(here, "api", 1);
      RateLimiter theirs = limiter(there, "api", 1);
      for (int i = 0; i < 100; i++) {
        check(here, mine, "user:" + i);
        check(there, theirs, "user:" + i);
      }
      check(here, mine, MALLORY);
      check(here, mine, MALLORY);
      here.limits.oversight().ledger().flush();
      there.limits.oversight().ledger().flush();
      check(there, theirs, MALLORY);
      there.limits.oversight().ledger().flush();
      there.limits.oversight().ledger().flush();

      LimitUsage fleet = here.limits.fleetUsage();

      OfLimiter api = fleet.limiter("api");
      assertThat(api.allowed()).isEqualTo(101);
      assertThat(api.denied()).isEqualTo(102);
      assertThat((double) api.subjects()).isCloseTo(101, within(7.0));
      assertThat(fleet.deniedByEndpoint()).isEqualTo(Map.of(LOGIN, 102L));
      assertThat(fleet.offenders()).hasSize(LimitUsage.OFFENDERS);
      assertThat(fleet.offenders().get(0)).isEqualTo(new Offender("api", MALLORY, 2));
      assertThat(there.limits.fleetUsage().limiters()).isEqualTo(fleet.limiters());

      // Each hour offenders are halved, so that those of now come first.
      here.advance(HOUR.multipliedBy(2));
      check(here, mine, "eve");
      check(here, mine, "eve");
      here.limits.oversight().ledger().flush();
      assertThat(here.limits.fleetUsage().offenders())
          .containsExactly(new Offender("api", "eve", 1));
    }
  }

  @Test
  void instances_flush_by_themselves_and_once_more_when_they_close() {
    try (LimitsFixture here = LimitsFixture.on(namespace);
        LimitsFixture there = LimitsFixture.on(namespace)) {
      limiter(here, "api", 1).check(MALLORY);
      RateLimiter theirs = limiter(there, "api", 1);
      await()
          .untilAsserted(() ->
              assertThat(here.limits.fleetUsage().limiter("api").allowed()).isEqualTo(1));

      theirs.check(MALLORY);
      there.limits.close();

      assertThat(here.limits.fleetUsage().limiter("api").denied()).isEqualTo(1);
    }
  }

  @Test
  void a_flush_whose_reply_is_lost_counts_once(@OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture instance = LimitsFixture.stepped(RedisSettings.builder()
            .uri(proxy.uri())
            .commandTimeout(Duration.ofSeconds(5))
            .build())) {
      RateLimiter api = limiter(instance, "api", 100);
      UsageLedger ledger = instance.limits.oversight().ledger();
      api.check(MALLORY);
      ledger.flush();
      api.check(MALLORY);
      proxy.stall(Direction.TO_CLIENT);
      ledger.flush();
      proxy.cut();
      proxy.heal();
      await().until(() -> api.peek(MALLORY).source() == Source.REDIS);
      api.check(MALLORY);
      ledger.flush();
      assertThat(instance.limits.fleetUsage().limiter("api").allowed()).isEqualTo(2);

      ledger.flush();
      assertThat(instance.limits.fleetUsage().limiter("api").allowed()).isEqualTo(3);
    }
  }

  @Test
  void endpoints_beyond_two_hundred_are_counted_as_one() {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      EndpointTallies endpoints = instance.limits.oversight().usage().endpoints();
      for (int i = 0; i < 1_000; i++) {
        endpoints.count("GET /" + i, MALLORY);
      }
      endpoints.count("x".repeat(10_000), MALLORY);

      Map<String, Long> counts = instance.limits.usage().deniedByEndpoint();
      assertThat(counts).hasSize(EndpointTallies.MOST + 1).containsEntry("GET /0", 1L);
      assertThat(counts).containsEntry(EndpointTallies.OTHER, 801L);

      instance.limits.oversight().ledger().flush();
      assertThat(instance.limits.fleetUsage().deniedByEndpoint()).isEqualTo(counts);
    }
  }

  @Test
  void a_name_is_told_as_it_is_whatever_its_characters() {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      RateLimiter api = limiter(instance, "api", 1);
      List<String> names = List.of("@hour", "%hour", "GET /a b", "\uD800", "\uD801");
      for (String name : names) {
        for (int i = 0; i < 3; i++) {
          var unused = instance.limits.check(name, List.of(api.charge(name)));
        }
      }
      instance.limits.oversight().ledger().flush();

      LimitUsage fleet = instance.limits.fleetUsage();

      assertThat(fleet.deniedByEndpoint()).hasSize(names.size());
      assertThat(fleet.deniedByEndpoint().values()).containsOnly(2L);
      assertThat(fleet.deniedByEndpoint()).isEqualTo(instance.limits.usage().deniedByEndpoint());
      assertThat(fleet.offenders())
          .extracting(Offender::subject)
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void redis_keeps_a_bounded_number_of_names_whatever_instances_send() {
    try (LimitsFixture instance = LimitsFixture.stepped(namespace)) {
      UsageScripts scripts =
          new UsageScripts(instance.redis.commands(), new LimitKeys(namespace.keyPrefix()));
      for (int flush = 1; flush <= 5; flush++) {
        Map<String, Long> names = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
          names.put("name " + flush + " " + i, 1L);
        }
        var reply = scripts.addUsage("x", "me", flush, "", new byte[0], names, names);
        assertThat(reply.await().text()).isEqualTo("ADDED");
      }
      var again = scripts.addUsage("x", "me", 5, "", new byte[0], Map.of("a", 1L), Map.of());
      assertThat(again.await().text()).isEqualTo("REPLAY");
      var lost = scripts.addUsage("x", "you", 2, "", new byte[0], Map.of("a", 1L), Map.of());
      assertThat(lost.await().text()).isEqualTo("FORGOTTEN");

      var read = scripts.readUsage("x", 5_000).await();
      assertThat(read.number(1)).isEqualTo(1_000);
      assertThat(read.size()).isBetween(2 + 2_000 + 500, 2 + 2_000 + 504);
    }
  }
}
