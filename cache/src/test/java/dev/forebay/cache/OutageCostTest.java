package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What a cache adds to the calls of an application while Redis hangs, and the breaker is open. */
@RedisTest
@Isolated("It measures times in microseconds")
@Timeout(120)
class OutageCostTest {

  private static final Event EVENT = new Event(1, "an event");
  private static final int KEYS = 50_000;
  private static final int TAGS = 1_000;
  private static final int ROUNDS = 11;
  private static final int CALLS = 200;
  private static final long ALLOWED_NANOS = 100_000;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  /** A read, the right to load and the value that was loaded. */
  private static final int COMMANDS_PER_CALL = 3;

  @Test
  @Tag("F6")
  void with_the_breaker_open_a_call_adds_less_than_100_us_whatever_is_noted_in_the_journal(
      @OwnServer EmbeddedRedis server, TestReporter report) {
    RedisSettings settings = RedisSettings.builder()
        .uri(server.uri())
        .commandTimeout(Duration.ofMillis(100))
        .build();
    try (CachesFixture instance = CachesFixture.on(settings)) {
      Cache<Long, Event> events = instance
          .caches
          .cache("events")
          .key("event:{id}", Long.class)
          .value(Event.class)
          .tags(id -> List.of("all"))
          .build();
      await().until(() -> instance.redis.state() == ConnectionState.CONNECTED);
      server.pause();
      try {
        await().until(() -> {
          events.get(1L);
          return instance.redis.statistics().suspensions() > 0;
        });

        measure("nothing noted", instance, events, report);
        events.deleteAll(LongStream.range(0, KEYS).boxed().toList());
        measure(KEYS + " keys noted", instance, events, report);
        events.deleteTagged(IntStream.range(0, TAGS).mapToObj(i -> "tag-" + i).toList());
        measure(TAGS + " tags noted as well", instance, events, report);
        assertThat(instance.caches.owesNothing()).isFalse();
      } finally {
        server.resume();
      }
    }
  }

  private static void measure(
      String journal, CachesFixture instance, Cache<Long, Event> events, TestReporter report) {
    long before = instance.redis.statistics().rejections();
    Operation getOrLoad = id -> events.getOrLoad(id, same -> EVENT);
    long calls = 2L * ROUNDS * CALLS;
    assertFast(journal + ", getOrLoad", getOrLoad, report);
    assertThat(instance.redis.statistics().rejections() - before)
        .as("commands that were refused, %s", journal)
        // What instances tell each other goes on meanwhile.
        .isBetween(calls, calls * COMMANDS_PER_CALL + 1_000);
    assertFast(journal + ", get", events::get, report);
    assertFast(journal + ", put", id -> events.put(id, EVENT), report);
    assertFast(journal + ", delete", events::delete, report);
    assertThat(instance.redis.state()).isNotEqualTo(ConnectionState.CONNECTED);
  }

  private interface Operation {
    void on(long id);
  }

  /**
   * By the time of the processor, which a machine that is busy with others does not count. Nothing is
   * waited for: of the time that passes, on a machine of its own, this is all.
   */
  private static void assertFast(String what, Operation operation, TestReporter report) {
    nanosPerCall(operation);
    long median = nanosPerCall(operation);
    report.publishEntry(what, median / 1_000.0 + " us");
    assertThat(median).as("%s: nanoseconds a call", what).isLessThan(ALLOWED_NANOS);
  }

  private static long nanosPerCall(Operation operation) {
    long[] nanos = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = CLOCK.getCurrentThreadCpuTime();
      for (int call = 0; call < CALLS; call++) {
        operation.on(call * 7L % KEYS);
      }
      nanos[round] = (CLOCK.getCurrentThreadCpuTime() - start) / CALLS;
    }
    Arrays.sort(nanos);
    return nanos[ROUNDS / 2];
  }
}
