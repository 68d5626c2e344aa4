package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an invalidation of many entries asks of the server, counted by the server. */
@RedisTest
@Timeout(120)
class InvalidationCostTest {

  private static final Event EVENT = new Event(0, "an event");
  private static final int MILLION = 1_000_000;
  private static final int CHUNK = 50_000;

  private static final List<String> TAGS =
      IntStream.range(0, 24).mapToObj(i -> "tag-" + i).toList();

  /** Those that are entries; the others only have the names of some. */
  private static final List<Long> READABLE =
      LongStream.rangeClosed(1, 1_000).boxed().toList();

  /** What could find or take entries. What instances tell each other goes on meanwhile. */
  private static final Set<String> COMMANDS = Set.of(
      "get",
      "mget",
      "set",
      "getdel",
      "del",
      "unlink",
      "exists",
      "expire",
      "pexpireat",
      "type",
      "object",
      "scan",
      "keys",
      "randomkey",
      "dbsize",
      "flushdb",
      "flushall",
      "rename",
      "publish");

  @Test
  @Tag("C3")
  void to_outdate_a_million_entries_is_one_command_as_to_outdate_ten(
      @OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = events(instance);
      Map<String, Long> one = Map.of("set", 1L);

      write(server, events, 10);
      assertThat(costOf(server, () -> events.deleteTagged("all"))).isEqualTo(one);
      write(server, events, 10);
      assertThat(costOf(server, events::clear)).isEqualTo(one);

      write(server, events, MILLION);
      assertThat(costOf(server, () -> events.deleteTagged("all"))).isEqualTo(one);
      assertThat(events.getAll(READABLE)).isEmpty();

      write(server, events, READABLE.size());
      assertThat(events.getAll(READABLE)).hasSize(READABLE.size());
      assertThat(costOf(server, events::clear)).isEqualTo(one);
      assertThat(events.getAll(READABLE)).isEmpty();
      assertThat((Long) server.execute("DBSIZE")).isGreaterThanOrEqualTo(MILLION);
    }
  }

  @Test
  @Tag("C3")
  void a_deletion_by_pattern_looks_at_pages_and_never_at_all_keys_at_once(
      @OwnServer EmbeddedRedis server) {
    try (CachesFixture instance = CachesFixture.on(server.uri(), "")) {
      Cache<Long, Event> events = events(instance);
      write(server, events, 5_000);
      List<Long> progress = new ArrayList<>();

      Map<String, Long> cost =
          costOf(server, () -> events.deleteMatching("event:*", progress::add));

      assertThat(progress).hasSizeGreaterThan(3).isSorted().endsWith(5_001L);
      assertThat(cost.get("scan")).isGreaterThan(3);
      assertThat(cost).containsEntry("unlink", 5_001L).doesNotContainKeys("keys", "flushdb");
      assertThat(events.get(1L)).isEmpty();
    }
  }

  @Test
  void many_tags_are_all_sent_before_the_first_answer_and_each_once(
      @OwnServer EmbeddedRedis server) {
    List<String> twice = new ArrayList<>(TAGS);
    twice.addAll(TAGS);
    try (FaultProxy proxy = FaultProxy.before(server);
        CachesFixture instance = CachesFixture.on(proxy.uri(), "")) {
      Cache<Long, Event> events = events(instance);
      server.execute("CONFIG", "RESETSTAT");
      proxy.stall(Direction.TO_CLIENT);
      CompletableFuture<Void> outdating =
          CompletableFuture.runAsync(() -> events.deleteTagged(twice));
      await().untilAsserted(() -> assertThat(sets(server)).isEqualTo(TAGS.size()));
      assertThat(outdating).isNotDone();
      proxy.heal();

      outdating.join();
      events.deleteTagged(List.of());
      assertThat(sets(server)).isEqualTo(TAGS.size());
    }
  }

  @Test
  @Tag("F14")
  void on_a_cluster_every_master_has_its_tags_before_the_first_answer() {
    try (EmbeddedCluster cluster = EmbeddedCluster.builder()
            .replicasPerMaster(0)
            .nodeTimeout(Duration.ofMinutes(1))
            .start();
        CachesFixture instance = CachesFixture.on(CachesFixture.addressOf(cluster.uri()), "")) {
      Cache<Long, Event> events = events(instance);
      Map<EmbeddedRedis, List<String>> byMaster = TAGS.stream()
          .collect(Collectors.groupingBy(
              tag -> cluster.masterOf(EmbeddedCluster.slotOf("#epoch:events:" + tag)),
              LinkedHashMap::new,
              Collectors.toList()));
      assertThat(byMaster).hasSize(3);
      EmbeddedRedis silent = byMaster.keySet().iterator().next();
      byMaster.keySet().forEach(master -> master.execute("CONFIG", "RESETSTAT"));
      silent.pause();
      CompletableFuture<Void> outdating;
      try {
        outdating = CompletableFuture.runAsync(() -> events.deleteTagged(TAGS));
        byMaster.forEach((master, tags) -> {
          if (master != silent) {
            await().untilAsserted(() -> assertThat(sets(master)).isEqualTo(tags.size()));
          }
        });
        assertThat(outdating).isNotDone();
      } finally {
        silent.resume();
      }

      outdating.join();
      byMaster.forEach((master, tags) -> assertThat(sets(master)).isEqualTo(tags.size()));
      assertThat(events.statistics().failures()).isZero();
    }
  }

  private static Cache<Long, Event> events(CachesFixture instance) {
    return instance
        .caches
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .tags(id -> List.of("all"))
        .build();
  }

  /** Writes the keys of so many entries, the first of them copies of a real one. */
  private static void write(EmbeddedRedis server, Cache<Long, Event> events, int count) {
    events.put(0L, EVENT);
    server.execute(
        "EVAL",
        "local entry = redis.call('GET', 'event:0') "
            + "for id = 1, tonumber(ARGV[1]) do redis.call('SET', 'event:' .. id, entry) end",
        "0",
        Integer.toString(Math.min(count, READABLE.size())));
    for (int from = READABLE.size(); from < count; from += CHUNK) {
      server.execute(
          "EVAL",
          "for id = ARGV[1] + 1, ARGV[2] do redis.call('SET', 'event:' .. id, '1') end",
          "0",
          Integer.toString(from),
          Integer.toString(Math.min(count, from + CHUNK)));
    }
    assertThat(events.get((long) Math.min(count, READABLE.size()))).isPresent();
  }

  private static Map<String, Long> costOf(EmbeddedRedis server, Runnable invalidation) {
    server.execute("CONFIG", "RESETSTAT");
    invalidation.run();
    return cost(server);
  }

  private static long sets(EmbeddedRedis server) {
    return cost(server).getOrDefault("set", 0L);
  }

  private static Map<String, Long> cost(EmbeddedRedis server) {
    Matcher calls = Pattern.compile("cmdstat_(\\w+):calls=(\\d+)")
        .matcher(String.valueOf(server.execute("INFO", "commandstats")));
    Map<String, Long> cost = new TreeMap<>();
    while (calls.find()) {
      if (COMMANDS.contains(calls.group(1))) {
        cost.put(calls.group(1), Long.valueOf(calls.group(2)));
      }
    }
    return cost;
  }
}
