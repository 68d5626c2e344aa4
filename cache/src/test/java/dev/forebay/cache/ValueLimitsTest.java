package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.redis.BytesCodec;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are too large for their cache, or have no valid time to live. */
@RedisTest
@Tag("C11")
@Timeout(120)
class ValueLimitsTest {

  private static final int LIMIT = 1_000;
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMinutes(1);

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  private final byte[] small = bytes(LIMIT / 2);
  private final byte[] large = bytes(LIMIT);

  ValueLimitsTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
  }

  @Test
  void a_put_that_is_too_large_throws_and_leaves_no_outdated_entry() {
    Cache<Long, byte[]> images = images(instance);
    images.put(1L, small);

    assertThatThrownBy(() -> images.put(1L, large))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("Cache 'images' refuses a value: it takes 10")
        .hasMessageContaining("bytes as it would be stored, more than 1000")
        .hasMessageContaining("maxValueSize(bytes)");
    assertThat(images.exists(1L)).isFalse();

    assertThatThrownBy(() -> images.putAll(Map.of(1L, large, 2L, small)))
        .isInstanceOf(RefusedValueException.class);
    assertThat(images.getAll(List.of(1L, 2L))).containsOnlyKeys(2L);
    assertThat(images.statistics().refusals()).isEqualTo(2);
    assertThat(images.statistics().failures()).isZero();
  }

  @Test
  void a_loaded_value_that_is_too_large_is_returned_counted_and_not_cached() {
    Cache<Long, byte[]> images = images(instance);

    assertThat(images.getOrLoad(1L, id -> large)).isSameAs(large);
    requireNoLease("image:1");
    assertThat(images.getAllOrLoad(List.of(1L, 2L), ids -> Map.of(1L, large, 2L, small)))
        .containsEntry(1L, large)
        .containsEntry(2L, small);

    requireNoLease("image:1");
    assertThat(images.getAll(List.of(1L, 2L))).containsOnlyKeys(2L);
    assertThat(images.statistics().refusals()).isEqualTo(2);
    assertThat(images.statistics().puts()).isEqualTo(1);
    assertThat(images.statistics().failures()).isZero();
  }

  @Test
  void a_value_that_is_too_large_is_written_through_to_the_source_alone() {
    Cache<Long, byte[]> images = images(instance);
    AtomicReference<byte[]> source = new AtomicReference<>(small);
    images.put(1L, small);

    images.writeThrough(1L, large, (id, image) -> source.set(image));

    assertThat(source.get()).isSameAs(large);
    assertThat(images.exists(1L)).isFalse();
    requireNoLease("image:1");
  }

  @Test
  void the_limit_is_on_what_is_stored_and_by_default_8_mebibytes() {
    Cache<Long, String> texts = instance
        .caches
        .cache("texts")
        .key("text:{id}", Long.class)
        .value(String.class)
        .maxValueSize(LIMIT)
        .build();
    String compressible = "forebay ".repeat(10 * LIMIT);
    texts.put(1L, compressible);
    assertThat(texts.get(1L)).contains(compressible);

    Cache<Long, byte[]> files = instance
        .caches
        .cache("files")
        .key("file:{id}", Long.class)
        .value(BytesCodec.instance())
        .build();
    files.put(1L, bytes(8 * 1024 * 1024 - 100));
    assertThat(files.exists(1L)).isTrue();
    assertThatThrownBy(() -> files.put(1L, bytes(8 * 1024 * 1024)))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("more than 8388608");
    assertThat(files.exists(1L)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 512 * 1024 * 1024 + 1})
  void a_limit_that_redis_could_not_hold_or_nothing_fits_is_refused(int bytes) {
    assertThatThrownBy(() -> instance.caches.cache("x").maxValueSize(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1 to 536870912 bytes, was " + bytes);
  }

  @Test
  void who_asks_after_an_invalidation_does_not_share_the_load_of_a_value_that_is_too_large()
      throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (CachesFixture there = CachesFixture.on(namespace)) {
      Cache<Long, byte[]> images = images(instance);
      Cache<Long, byte[]> others = images(there);
      SlowLoad<byte[]> slow = SlowLoad.begin(hold -> images.getOrLoad(1L, id -> {
        hold.run();
        return large;
      }));
      others.delete(1L);
      AtomicReference<Thread> asking = new AtomicReference<>();
      Future<byte[]> later = threads.submit(() -> {
        asking.set(Thread.currentThread());
        return images.getOrLoad(1L, id -> small);
      });
      await().until(() -> {
        Thread thread = asking.get();
        return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
      });
      slow.release();

      assertThat(slow.result()).isSameAs(large);
      assertThat(later.get(60, TimeUnit.SECONDS)).isSameAs(small);
    } finally {
      threads.shutdownNow();
    }
  }

  enum UnfitTtl {
    ZERO(value -> Duration.ZERO, "returned PT0S"),
    NEGATIVE(value -> Duration.ofSeconds(-1), "returned PT-1S"),
    TOO_LONG(value -> Duration.ofDays(367), "returned PT8808H"),
    @SuppressWarnings("NullAway") // the point of the test
    NOTHING(value -> null, "returned null"),
    FAILURE(
        value -> {
          throw new IllegalStateException("of no interest: " + value);
        },
        "threw java.lang.IllegalStateException");

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Function<String, Duration> ttl;

    private final String told;

    UnfitTtl(Function<String, Duration> ttl, String told) {
      this.ttl = ttl;
      this.told = told;
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_value_whose_time_to_live_is_unfit_is_refused_and_keeps_no_lease(UnfitTtl unfit) {
    Cache<Long, String> texts = texts(value -> value.equals("fit") ? LONG : unfit.ttl.apply(value));

    assertThat(texts.getOrLoad(1L, id -> "a value")).isEqualTo("a value");
    requireNoLease("text:1");
    assertThat(texts.getAllOrLoad(List.of(1L, 2L), ids -> Map.of(1L, "a value", 2L, "fit")))
        .hasSize(2);
    requireNoLease("text:1");
    assertThat(texts.getAll(List.of(1L, 2L))).containsOnlyKeys(2L);

    assertThatThrownBy(() -> texts.put(2L, "a value"))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining(
            "Cache 'texts' refuses a value: ttlFrom(...) " + unfit.told + " for it")
        .hasMessageContaining("Return from 1 ms to 366 days")
        .hasMessageNotContaining("of no interest");
    assertThat(texts.exists(2L)).isFalse();
    assertThat(texts.statistics().refusals()).isEqualTo(3);
    assertThat(texts.statistics().failures()).isZero();
  }

  @Test
  @Tag("C8")
  void a_value_tells_its_time_to_live_in_whatever_way_it_is_cached_unless_the_call_does() {
    Cache<Long, String> texts = texts(value -> value.equals("short") ? SHORT : LONG);
    texts.put(1L, "short");
    texts.putAll(Map.of(2L, "short", 3L, "long"));
    texts.getOrLoad(4L, id -> "short");
    texts.getAllOrLoad(List.of(5L, 6L), ids -> Map.of(5L, "short", 6L, "long"));
    texts.writeThrough(7L, "short", (id, value) -> {});
    texts.put(8L, "long", SHORT);
    texts.getOrLoad(9L, id -> "long", SHORT);

    for (long id : List.of(1L, 2L, 4L, 5L, 7L, 8L, 9L)) {
      assertThat(texts.ttl(id).orElseThrow()).as("%d", id).isLessThanOrEqualTo(SHORT);
    }
    for (long id : List.of(3L, 6L)) {
      assertThat(texts.ttl(id).orElseThrow()).as("%d", id).isGreaterThan(SHORT);
    }
  }

  private Cache<Long, String> texts(Function<String, Duration> ttlFrom) {
    return instance
        .caches
        .cache("texts")
        .key("text:{id}", Long.class)
        .value(String.class)
        .ttlFrom(ttlFrom)
        .build();
  }

  private static Cache<Long, byte[]> images(CachesFixture instance) {
    return instance
        .caches
        .cache("images")
        .key("image:{id}", Long.class)
        .value(BytesCodec.instance())
        .maxValueSize(LIMIT)
        .build();
  }

  private void requireNoLease(String entry) {
    String lease = CachesFixture.leaseOf(namespace, entry);
    await().until(() -> Objects.equals(namespace.execute("EXISTS", lease), 0L));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
