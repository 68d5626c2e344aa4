package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long callers wait for the loads of others. */
@RedisTest
@Timeout(120)
class SharedWaitsTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final CachesFixture here;
  private final CachesFixture there;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  SharedWaitsTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    here.close();
    there.close();
  }

  private static Cache<Long, String> texts(
      CachesFixture instance, UnaryOperator<CacheBuilder<Long, String>> options) {
    return options
        .apply(instance.caches.cache("texts").key("text:{id}", Long.class).value(String.class))
        .build();
  }

  private static void pass(Duration time) {
    long begin = System.nanoTime();
    long left = time.toNanos();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = time.toNanos() - (System.nanoTime() - begin);
    }
  }

  @Test
  @Tag("C2")
  void nobody_loads_beside_who_holds_the_lease_however_long_that_takes() throws Exception {
    Cache<Long, String> texts = texts(here, cache -> cache.leaseTime(LONG));
    Cache<Long, String> elsewhere = texts(there, cache -> cache.leaseTime(LONG));
    SlowLoad<Map<Long, String>> slow =
        SlowLoad.begin(hold -> texts.getAllOrLoad(List.of(1L, 2L), ids -> {
          hold.run();
          return Map.of(1L, "one", 2L, "two");
        }));
    Future<String> single = threads.submit(() -> elsewhere.getOrLoad(1L, id -> "beside"));
    Future<Map<Long, String>> batch =
        threads.submit(() -> elsewhere.getAllOrLoad(List.of(2L), ids -> Map.of(2L, "beside")));

    pass(Duration.ofSeconds(31));
    assertThat(single).isNotDone();
    assertThat(batch).isNotDone();
    slow.release();

    assertThat(single.get(60, TimeUnit.SECONDS)).isEqualTo("one");
    assertThat(batch.get(60, TimeUnit.SECONDS)).containsEntry(2L, "two");
    assertThat(slow.result()).hasSize(2);
  }
}
