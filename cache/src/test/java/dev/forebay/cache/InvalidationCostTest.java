package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
      Cache<Long, Event> events = instance
          .caches
          .cache("events")
          .key("event:{id}", Long.class)
          .value(Event.class)
          .tags(id -> List.of("all"))
          .build();
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
