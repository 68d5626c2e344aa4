package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.FinalVerdict;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A mixed load through a network that fails in every way the proxy knows. */
@RedisTest
@Isolated
@FinalVerdict
@Timeout(180)
class FaultTest {

  private static final int CALLERS = 16;
  private static final int KEYS = 200;
  private static final long CALLS_PER_FAULT = 4_000;

  @Test
  @Tag("F18")
  void whatever_fails_nobody_hangs_and_nobody_gets_the_value_of_another_key(
      @OwnServer EmbeddedRedis server) throws Exception {
    Set<Thread> before = threadsOfConnections();
    Map<String, Consumer<FaultProxy>> faults = new LinkedHashMap<>();
    faults.put("none", FaultProxy::heal);
    faults.put("cut", FaultProxy::cut);
    faults.put("refuse", proxy -> {
      proxy.refuse();
      proxy.cut();
    });
    faults.put("stall", FaultProxy::stall);
    faults.put("delay", proxy -> proxy.delay(Duration.ofMillis(20)));
    faults.put("throttle", proxy -> proxy.throttle(20_000));
    faults.put("half a reply, then cut", proxy -> proxy.cutAfter(777));
    try (FaultProxy proxy = FaultProxy.before(server)) {
      RedisSettings settings = RedisSettings.builder()
          .uri(proxy.uri())
          .commandTimeout(Duration.ofMillis(100))
          .connectTimeout(Duration.ofMillis(500))
          .build();
      try (CachesFixture instance = CachesFixture.on(settings)) {
        Cache<Long, Event> events = instance.events();
        Load load = new Load(events);
        try {
          for (Map.Entry<String, Consumer<FaultProxy>> fault : faults.entrySet()) {
            fault.getValue().accept(proxy);
            long target = load.calls.get() + CALLS_PER_FAULT;
            await(fault.getKey())
                .atMost(Duration.ofSeconds(60))
                .until(() -> load.calls.get() >= target);
            proxy.heal();
            await("after " + fault.getKey())
                .atMost(Duration.ofSeconds(20))
                .until(() -> instance.redis.state() == ConnectionState.CONNECTED);
            long hits = events.statistics().hits();
            await("hits after " + fault.getKey())
                .atMost(Duration.ofSeconds(20))
                .until(() -> events.statistics().hits() > hits + 100);
          }
        } finally {
          load.stop();
        }
        // Every connection but the present one is gone.
        // One for commands, one for messages.
        await().untilAsserted(() -> assertThat(proxy.openConnections()).isEqualTo(2));
      }
      await().untilAsserted(() -> assertThat(proxy.openConnections()).isZero());
    }
    await().untilAsserted(() -> assertThat(before).containsAll(threadsOfConnections()));
  }

  private static Set<Thread> threadsOfConnections() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("forebay-redis-")
            || thread.getName().startsWith("forebay-cache-")
            || thread.getName().startsWith("lettuce-"))
        .collect(Collectors.toSet());
  }

  /** Callers that read, load, write and delete, one by one and in batches, until they are stopped. */
  private static final class Load {

    private final Cache<Long, Event> events;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    private final List<Future<?>> callers = new ArrayList<>();

    Load(Cache<Long, Event> events) {
      this.events = events;
      for (int i = 0; i < CALLERS; i++) {
        callers.add(threads.submit(() -> {
          while (!stopped.get()) {
            call(ThreadLocalRandom.current().nextInt(100));
            calls.incrementAndGet();
          }
        }));
      }
    }

    private void call(int dice) {
      long id = ThreadLocalRandom.current().nextLong(KEYS);
      if (dice < 70) {
        assertThat(events.getOrLoad(id, Load::event)).isEqualTo(event(id));
      } else if (dice < 85) {
        List<Long> ids = List.of(id, (id + 1) % KEYS, (id + 2) % KEYS);
        Map<Long, Event> found = events.getAllOrLoad(ids, missing -> {
          Map<Long, Event> loaded = new LinkedHashMap<>();
          missing.forEach(key -> loaded.put(key, event(key)));
          return loaded;
        });
        assertThat(found).hasSize(3);
        found.forEach((key, event) -> assertThat(event).isEqualTo(event(key)));
      } else if (dice < 95) {
        events.put(id, event(id));
      } else {
        events.delete(id);
      }
    }

    private static Event event(long id) {
      return new Event(id, "event " + id);
    }

    /** Waits for every caller to end; fails as the first of them did. */
    void stop() throws Exception {
      stopped.set(true);
      for (Future<?> caller : callers) {
        caller.get(30, TimeUnit.SECONDS);
      }
      threads.shutdown();
    }
  }
}
