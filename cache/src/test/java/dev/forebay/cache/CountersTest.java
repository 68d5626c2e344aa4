package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
class CountersTest {

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  private final Counters<Long> views;

  CountersTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
    this.views = instance
        .caches
        .counters("views")
        .key("views:{id}", Long.class)
        .ttl(TtlClass.MOMENT)
        .build();
  }

  @Test
  @Tag("C1")
  void a_counter_begins_at_zero_and_is_changed_by_any_amount() {
    assertThat(views.get(1L)).hasValue(0);
    assertThat(views.increment(1L)).hasValue(1);
    assertThat(views.add(1L, 41)).hasValue(42);
    assertThat(views.add(1L, -2)).hasValue(40);
    assertThat(views.get(1L)).hasValue(40);
    assertThat(views.get(2L)).hasValue(0);
    assertThat(views.reset(1L)).isTrue();
    assertThat(views.get(1L)).hasValue(0);
  }

  @Test
  void a_counter_expires_from_its_first_change_on() {
    views.increment(1L);
    String counter = namespace.key("views:1");
    assertThat((Long) namespace.execute("PTTL", counter)).isBetween(20_000L, 30_000L);

    namespace.execute("PEXPIRE", counter, "5000");
    views.increment(1L);

    assertThat((Long) namespace.execute("PTTL", counter)).isBetween(1L, 5_000L);
  }

  @Test
  void large_numbers_are_exact() {
    assertThat(views.add(1L, Long.MAX_VALUE - 1)).hasValue(Long.MAX_VALUE - 1);
    assertThat(views.get(1L)).hasValue(Long.MAX_VALUE - 1);
  }

  @Test
  void an_overflow_changes_nothing() {
    views.add(1L, Long.MAX_VALUE);

    assertThat(views.add(1L, 1)).isEqualTo(OptionalLong.empty());
    assertThat(views.get(1L)).hasValue(Long.MAX_VALUE);
  }

  @Test
  void concurrent_changes_are_all_counted() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        workers.add(threads.submit(() -> {
          for (int n = 0; n < 250; n++) {
            views.increment(1L);
          }
        }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(views.get(1L)).hasValue(2_000);
  }
}
