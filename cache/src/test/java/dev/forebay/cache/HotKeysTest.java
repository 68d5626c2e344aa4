package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.redis.spi.SpaceSaving;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HotKeysTest {

  private final AtomicLong nanos = new AtomicLong();
  private final Random random = new Random(42);
  private final HotKeySketch sketch = new HotKeySketch(nanos::get, random::nextInt);

  @Test
  void no_count_is_too_low_and_none_exceeds_its_error() {
    int counters = 50;
    SpaceSaving names = new SpaceSaving(counters);
    Map<String, Long> exact = new HashMap<>();
    int total = 100_000;
    for (int i = 0; i < total; i++) {
      String name = "key:" + zipf(2_000);
      names.add(name);
      exact.merge(name, 1L, Long::sum);
    }

    List<SpaceSaving.Count> top = names.top(counters);
    assertThat(top).hasSize(counters).allSatisfy(counted -> {
      long truth = exact.getOrDefault(counted.name(), 0L);
      assertThat(counted.count()).isBetween(truth, truth + counted.error());
      assertThat(counted.error()).isLessThanOrEqualTo(total / counters);
    });
    assertThat(top.stream().map(SpaceSaving.Count::name))
        .containsAll(exact.entrySet().stream()
            .filter(entry -> entry.getValue() > total / counters)
            .map(Map.Entry::getKey)
            .toList());
  }

  @Test
  void halving_halves_every_count_and_forgets_the_rare() {
    SpaceSaving names = new SpaceSaving(10);
    for (int i = 0; i < 9; i++) {
      names.add("often");
    }
    names.add("once");
    names.halve();

    assertThat(names.top(10)).containsExactly(new SpaceSaving.Count("often", 4, 0));
    assertThat(names.total()).isEqualTo(5);
    names.add("later");
    names.add("later");
    assertThat(names.top(1).get(0).name()).isEqualTo("often");
  }

  @Test
  @Tag("C14")
  void the_hottest_keys_are_told_with_rates_within_their_error() {
    // 10,000 reads a second, one in five of them of one key.
    for (int second = 0; second < 30; second++) {
      for (int i = 0; i < 10_000; i++) {
        sketch.read(random.nextInt(5) == 0 ? "dev_item:hot" : "dev_item:" + random.nextInt(50_000));
      }
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    }

    HotKeys hot = sketch.snapshot(name -> name.substring("dev_".length()));
    HotKeys.HotKey hottest = hot.top().get(0);
    assertThat(hot.top()).hasSize(HotKeys.TOP);
    assertThat(hottest.name()).isEqualTo("item:hot");
    assertThat(hottest.readsPerSecond()).isCloseTo(2_000, within(hottest.error()));
    assertThat(hottest.error()).isLessThan(200);
    assertThat(hot.readsPerSecond()).isCloseTo(10_000, within(500.0));
  }

  @Test
  void what_was_hot_an_hour_ago_is_not_hot_now() {
    readFor(60, "yesterday", 1_000);
    readFor(3 * 60, "now", 1_000);

    List<HotKeys.HotKey> top = sketch.snapshot(UnaryOperator.identity()).top();
    assertThat(top.get(0).name()).isEqualTo("now");
    assertThat(top.get(0).readsPerSecond()).isBetween(800.0, 1_000.0);
    nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertThat(sketch.snapshot(UnaryOperator.identity()).top()).isEmpty();
  }

  @Test
  void a_million_different_keys_hold_no_more_than_384_names() {
    for (int i = 0; i < 1_000_000; i++) {
      sketch.read("item:" + i);
    }
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));

    assertThat(sketch.held()).isLessThanOrEqualTo(HotKeySketch.COUNTERS + HotKeySketch.PLACES);
    assertThat(sketch.snapshot(UnaryOperator.identity()).top()).hasSize(HotKeys.TOP);
  }

  @Test
  void many_threads_find_the_same_hot_key_as_one() throws Exception {
    HotKeySketch shared = new HotKeySketch();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> readers = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      readers.add(threads.submit(() -> {
        for (int i = 0; i < 200_000; i++) {
          shared.read(i % 3 == 0 ? "hot" : "item:" + i);
        }
      }));
    }
    for (Future<?> reader : readers) {
      reader.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();

    HotKeys hot = shared.snapshot(UnaryOperator.identity());
    HotKeys.HotKey hottest = hot.top().get(0);
    assertThat(hottest.name()).isEqualTo("hot");
    assertThat(hottest.readsPerSecond() / hot.readsPerSecond()).isCloseTo(1 / 3.0, within(0.05));
  }

  private void readFor(int seconds, String name, int readsPerSecond) {
    for (int i = 0; i < seconds; i++) {
      for (int j = 0; j < readsPerSecond; j++) {
        sketch.read(name);
      }
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    }
  }

  private int zipf(int keys) {
    return (int) Math.min(keys, 1 / Math.max(1e-9, random.nextDouble()));
  }
}
