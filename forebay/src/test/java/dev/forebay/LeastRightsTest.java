package dev.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.Cache;
import dev.forebay.cache.CacheMode;
import dev.forebay.cache.Caches;
import dev.forebay.cache.Counters;
import dev.forebay.cache.PendingInvalidation;
import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.SlotMove;
import dev.forebay.limits.ConcurrencyLimiter;
import dev.forebay.limits.Decision;
import dev.forebay.limits.Limit;
import dev.forebay.limits.LimitTier;
import dev.forebay.limits.RateLimiter;
import dev.forebay.limits.RateLimits;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.RedisSettingsBuilder;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every service does all its work as a user who has the rights that {@code docs/configuration.md}
 * names and no others: no server refuses a command.
 */
@RedisTest
@Tag("F5")
@Execution(ExecutionMode.CONCURRENT)
class LeastRightsTest {

  private static final Path GUIDE = Path.of("..", "docs", "configuration.md");
  private static final Duration LONG = Duration.ofSeconds(60);

  record Event(long id, String title) {}

  @Test
  void a_user_with_the_rights_of_the_guide_has_every_service_over_tls() throws IOException {
    try (EmbeddedRedis server = EmbeddedRedis.builder().tls().start()) {
      rights().limit(1).forEach(server::execute);
      RedisSettings settings = asApp("rediss://127.0.0.1:" + server.port())
          .tlsCertificates(server.tlsFiles().caCertificate())
          .build();
      try (Forebay forebay = Forebay.connect(settings)) {
        useEverything(forebay);
      }
      assertThat(server.execute("ACL", "LOG")).isEqualTo(List.of());
    }
  }

  @Test
  void a_user_with_the_rights_of_the_guide_has_every_service_of_a_cluster(
      @OwnServer EmbeddedCluster cluster) throws IOException {
    List<String[]> rights = rights().toList();
    cluster.nodes().forEach(node -> rights.forEach(node::execute));
    String address = cluster.uri().replaceFirst("^redis://", "redis-cluster://");
    try (Forebay forebay = Forebay.connect(asApp(address).build())) {
      useEverything(forebay);
      readFromReplicas(forebay, cluster);
      countWhileASlotMoves(forebay, cluster);
    }
    assertThat(cluster.nodes())
        .allSatisfy(node -> assertThat(node.execute("ACL", "LOG")).isEqualTo(List.of()));
  }

  /** The commands of the guide: for every server, then what nodes of a cluster need beside it. */
  private static Stream<String[]> rights() throws IOException {
    List<String> commands = Files.readString(GUIDE)
        .lines()
        .filter(line -> line.startsWith("ACL SETUSER "))
        .toList();
    assertThat(commands).hasSize(2);
    return commands.stream().map(command -> command.split(" "));
  }

  private static RedisSettingsBuilder asApp(String address) {
    return RedisSettings.builder()
        .uri(address)
        .username("app")
        .password("secret")
        .environment("prod")
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofSeconds(30));
  }

  private static void useEverything(Forebay forebay) {
    assertThat(forebay.connection()).isEqualTo(ConnectionState.CONNECTED);
    Cache<Long, Event> events = forebay
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .tags(id -> List.of("half:" + id % 2))
        .serveStaleFor(Duration.ofMinutes(1))
        .build();
    read(events);
    write(events);
    invalidate(events);
    count(forebay.counters("views").key("views:{id}", Long.class).build());
    administer(forebay.caches());
    limit(forebay.limits());

    assertThat(events.statistics().failures()).isZero();
    assertThat(forebay.health().services())
        .containsOnlyKeys("cache", "limits")
        .allSatisfy((name, health) -> assertThat(health.server()).isPresent());
    await().atMost(LONG).until(() -> forebay.caches().fleetStatistics().total().puts() > 0);
    await()
        .atMost(LONG)
        .until(() -> forebay.limits().fleetUsage().limiter("login").denied() > 0);
  }

  private static void read(Cache<Long, Event> events) {
    events.getOrLoad(1L, id -> new Event(id, "loaded"));
    assertThat(events.get(1L)).contains(new Event(1, "loaded"));
    events.getAllOrLoad(List.of(1L, 2L), ids -> Map.of(2L, new Event(2, "loaded")));
    assertThat(events.getAll(List.of(1L, 2L, 3L))).containsOnlyKeys(1L, 2L);
    assertThat(events.exists(1L)).isTrue();
    assertThat(events.ttl(1L)).isPresent();
    assertThat(events.expire(1L, Duration.ofMinutes(1))).isTrue();
  }

  private static void write(Cache<Long, Event> events) {
    events.putAll(Map.of(3L, new Event(3, "put"), 4L, new Event(4, "put")));
    assertThat(events.get(3L)).contains(new Event(3, "put"));
    events.writeThrough(3L, new Event(3, "written"), (id, event) -> {});
    assertThat(events.get(3L)).contains(new Event(3, "written"));
    events.writeAround(3L, new Event(3, "around"), (id, event) -> {});
    assertThat(events.get(3L)).isEmpty();
    PendingInvalidation pending = events.beginInvalidation(List.of(3L));
    assertThat(events.getOrLoad(3L, id -> new Event(id, "before")).title()).isEqualTo("before");
    events.put(3L, new Event(3, "before"));
    assertThat(events.get(3L)).isEmpty();
    pending.close();
  }

  private static void invalidate(Cache<Long, Event> events) {
    assertThat(events.delete(4L)).isTrue();
    assertThat(events.deleteAll(List.of(1L, 4L))).isEqualTo(1);
    events.deleteTagged("half:0");
    assertThat(events.get(2L)).isEmpty();
    events.put(5L, new Event(5, "put"));
    assertThat(events.findMatching("event:*", 10)).contains("event:5");
    assertThat(events.deleteMatching("event:5")).isEqualTo(1);
    events.put(5L, new Event(5, "put"));
    events.clear();
    assertThat(events.get(5L)).isEmpty();
  }

  private static void count(Counters<Long> views) {
    assertThat(views.increment(1L)).hasValue(1);
    assertThat(views.get(1L)).hasValue(1);
    assertThat(views.reset(1L)).isTrue();
  }

  private static void administer(Caches caches) {
    assertThat(caches.switches().set("events", CacheMode.shadow())).isTrue();
    assertThat(caches.switches().set("events", CacheMode.on())).isTrue();
    assertThat(caches.inventory()).containsOnlyKeys("events");
  }

  private static void limit(RateLimits limits) {
    RateLimiter login = limits.tier(LimitTier.LOGIN);
    for (int i = 0; i < 5; i++) {
      assertThat(login.check("203.0.113.7").source()).isEqualTo(Decision.Source.REDIS);
    }
    assertThat(limits.check("POST /login", List.of(login.charge("203.0.113.7"))).isAllowed())
        .isFalse();
    login.reset("203.0.113.7");
    assertThat(login.peek("203.0.113.7").remaining()).isEqualTo(5);

    RateLimiter exports = limits
        .limiter("exports")
        .limit(1_000, Duration.ofMinutes(1))
        .leasing(10, Duration.ofSeconds(1))
        .build();
    assertThat(exports.check("user:42").isAllowed()).isTrue();
    exports.refund("user:42", 1);
    limits.change("exports", Limit.of(100, Duration.ofMinutes(1)));
    limits.revert("exports");
    limits.block("203.0.113.9", Duration.ofMinutes(1));
    assertThat(exports.check("203.0.113.9").isAllowed()).isFalse();
    limits.unblock("203.0.113.9");
    limits.allow("monitoring");
    limits.disallow("monitoring");

    ConcurrencyLimiter.Permit permit =
        limits.concurrency("reports").permits(1).build().tryAcquire("user:42").orElseThrow();
    assertThat(permit.renew()).isTrue();
    permit.close();
    assertThat(limits.usage().limiter("login").withoutRedis()).isZero();
    assertThat(limits.usage().limiter("exports").withoutRedis()).isZero();
  }

  private static void readFromReplicas(Forebay forebay, EmbeddedCluster cluster) {
    Cache<Long, Event> lists = forebay
        .cache("lists")
        .key("list:{id}", Long.class)
        .value(Event.class)
        .readFromReplicas()
        .build();
    lists.put(1L, new Event(1, "put"));
    List<EmbeddedRedis> masters = cluster.masters();
    await().atMost(LONG).untilAsserted(() -> {
      assertThat(lists.get(1L)).isPresent();
      assertThat(cluster.nodes())
          .filteredOn(node -> !masters.contains(node))
          .extracting(node -> String.valueOf(node.execute("INFO", "commandstats")))
          .anyMatch(figures -> figures.matches("(?s).*cmdstat_m?get:calls=.*"));
    });
  }

  /** The source sends the caller on to the target, which wants to be told that he was. */
  private static void countWhileASlotMoves(Forebay forebay, EmbeddedCluster cluster) {
    Counters<Long> visits =
        forebay.counters("visits").key("visits:{id}", Long.class).build();
    int slot = EmbeddedCluster.slotOf("prod_visits:1");
    EmbeddedRedis source = cluster.masterOf(slot);
    EmbeddedRedis target = cluster.masters().stream()
        .filter(master -> master != source)
        .findFirst()
        .orElseThrow();
    SlotMove move = cluster.beginMove(slot, target);
    assertThat(visits.increment(1L)).hasValue(1);
    move.finish();
    assertThat(visits.increment(1L)).hasValue(2);
  }
}
