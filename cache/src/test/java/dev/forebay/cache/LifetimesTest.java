package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.redis.JsonCodec;
import dev.forebay.redis.KeyRing;
import dev.forebay.testing.Gate;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told and changed of the time that entries have left, and what is counted of it. */
@RedisTest
@Tag("C1")
class LifetimesTest {

  private static final Duration BRIEF = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofMinutes(10);

  @AutoClose
  private final CachesFixture here;

  @AutoClose
  private final CachesFixture there;

  LifetimesTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
  }

  private static Cache<Long, String> texts(
      CachesFixture instance, UnaryOperator<CacheBuilder<Long, String>> options) {
    return options
        .apply(instance
            .caches
            .cache("texts")
            .key("text:{id}", Long.class)
            .value(String.class)
            .tags(id -> List.of("all"))
            .ttl(LONG)
            .ttlJitter(0))
        .build();
  }

  private Cache<Long, String> texts(UnaryOperator<CacheBuilder<Long, String>> options) {
    return texts(here, options);
  }

  private static void pass(Duration time) {
    long begin = System.nanoTime();
    await().until(() -> System.nanoTime() - begin > time.toNanos());
  }

  enum Outdating {
    CLEAR(Cache::clear),
    TAG(cache -> cache.deleteTagged("all"));

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Consumer<Cache<Long, String>> operation;

    Outdating(Consumer<Cache<Long, String>> operation) {
      this.operation = operation;
    }
  }

  @ParameterizedTest
  @EnumSource
  void of_what_was_outdated_nothing_is_left(Outdating outdating) {
    Cache<Long, String> texts = texts(cache -> cache);
    Cache<Long, String> others = texts(there, cache -> cache);
    texts.put(1L, "old");
    assertThat(texts.exists(1L)).isTrue();
    assertThat(texts.ttl(1L)).isPresent();
    assertThat(texts.expire(1L, LONG)).isTrue();

    outdating.operation.accept(others);

    assertThat(texts.exists(1L)).isFalse();
    assertThat(texts.ttl(1L)).isEmpty();
    assertThat(texts.expire(1L, LONG)).isFalse();
    assertThat(texts.get(1L)).isEmpty();
    assertThat(texts.statistics().reads()).as("none but get").isEqualTo(1);
  }

  @Test
  void what_is_stale_is_served_and_has_no_time_left_until_it_is_given_some() {
    Cache<Long, String> texts = texts(cache -> cache.ttl(BRIEF).serveStaleFor(LONG));
    texts.put(1L, "text");
    assertThat(texts.ttl(1L).orElseThrow()).isLessThanOrEqualTo(BRIEF);
    pass(BRIEF);

    assertThat(texts.exists(1L)).isTrue();
    assertThat(texts.ttl(1L)).contains(Duration.ZERO);
    assertThat(texts.get(1L)).contains("text");
    assertThat(texts.getAll(List.of(1L))).hasSize(1);
    assertThat(texts.statistics().staleServed()).isEqualTo(2);

    assertThat(texts.expire(1L, LONG)).isTrue();
    assertThat(texts.ttl(1L).orElseThrow()).isBetween(LONG.dividedBy(2), LONG);
    assertThat(texts.get(1L)).contains("text");
    assertThat(texts.statistics().staleServed()).isEqualTo(2);
  }

  @Test
  void what_is_kept_for_loaders_that_fail_does_not_exist_otherwise() {
    Cache<Long, String> texts = texts(cache -> cache.ttl(BRIEF).serveStaleOnErrorFor(LONG));
    texts.put(1L, "text");
    pass(BRIEF);

    assertThat(texts.exists(1L)).isFalse();
    assertThat(texts.ttl(1L)).isEmpty();
    assertThat(texts.expire(1L, LONG)).isFalse();
    assertThat(texts.<RuntimeException>getOrLoad(1L, id -> {
          throw new IllegalStateException("the source is away");
        }))
        .isEqualTo("text");
  }

  @Test
  void a_longer_time_holds_also_where_entries_are_kept_beyond_it_and_a_shorter_one_too() {
    for (UnaryOperator<CacheBuilder<Long, String>> options :
        List.<UnaryOperator<CacheBuilder<Long, String>>>of(
            cache -> cache.serveStaleOnErrorFor(LONG),
            cache -> cache.refreshAhead(1),
            cache -> cache
                .refreshAhead(1)
                .encrypted(
                    KeyRing.builder().key(1, "x".repeat(32).getBytes(UTF_8)).build()))) {
      try (Caches caches = Caches.on(here.redis)) {
        Cache<Long, String> texts = options
            .apply(caches.cache("kept").key("kept:{id}", Long.class).value(String.class))
            .ttlJitter(0)
            .build();
        texts.put(1L, "text", Duration.ofSeconds(30));
        assertThat(texts.expire(1L, LONG)).isTrue();
        assertThat(texts.get(1L)).contains("text");
        assertThat(texts.ttl(1L).orElseThrow()).isBetween(LONG.dividedBy(2), LONG);

        assertThat(texts.expire(1L, BRIEF)).isTrue();
        pass(BRIEF);
        assertThat(texts.get(1L)).isEmpty();
        texts.delete(1L);
      }
    }
  }

  @Test
  void what_changes_meanwhile_keeps_its_own_time() {
    Cache<Long, String> others = texts(there, cache -> cache.serveStaleFor(LONG));
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    Cache<Long, String> texts = texts(cache -> cache.serveStaleFor(LONG).validate(text -> {
      meanwhile.getAndSet(() -> {}).run();
      return true;
    }));
    texts.put(1L, "old");

    meanwhile.set(() -> others.put(1L, "new", BRIEF.multipliedBy(10)));
    assertThat(texts.expire(1L, LONG)).isFalse();
    assertThat(texts.get(1L)).contains("new");
    assertThat(texts.ttl(1L).orElseThrow()).isLessThanOrEqualTo(BRIEF.multipliedBy(10));

    meanwhile.set(() -> others.delete(1L));
    assertThat(texts.expire(1L, LONG)).isFalse();
    assertThat(texts.get(1L)).isEmpty();
  }

  @Test
  @Tag("C14")
  void hits_that_say_that_the_source_has_nothing_are_counted_however_they_are_read() {
    Cache<Long, Optional<String>> texts = here.caches
        .cache("maybe")
        .key("maybe:{id}", Long.class)
        .value(JsonCodec.optionalOf(String.class))
        .build();
    texts.put(1L, Optional.empty());
    texts.put(2L, Optional.of("text"));

    assertThat(texts.get(1L)).contains(Optional.empty());
    assertThat(texts.getAll(List.of(1L, 2L))).hasSize(2);
    texts.getAllOrLoad(List.of(1L), ids -> {
      throw new AssertionError("nothing is missing");
    });

    assertThat(texts.statistics().negatives()).isEqualTo(3);
    assertThat(texts.statistics().hits()).isEqualTo(4);
  }

  @Test
  @Tag("C14")
  void and_whoever_shares_the_read() throws Exception {
    AtomicReference<Runnable> decoding = new AtomicReference<>(() -> {});
    Cache<Long, Optional<String>> texts = here.caches
        .cache("maybe")
        .key("maybe:{id}", Long.class)
        .value(JsonCodec.optionalOf(String.class))
        .validate(value -> {
          Objects.requireNonNull(decoding.get()).run();
          return true;
        })
        .build();
    texts.put(1L, Optional.empty());
    Gate begun = new Gate();
    Gate shared = new Gate();
    decoding.set(() -> {
      begun.open();
      shared.awaitOpen();
    });
    FutureTask<Optional<String>> first =
        new FutureTask<>(() -> texts.getOrLoad(1L, id -> Optional.of("new")));
    new Thread(first).start();
    begun.awaitOpen();
    FutureTask<Optional<String>> second =
        new FutureTask<>(() -> texts.getOrLoad(1L, id -> Optional.of("new")));
    Thread sharing = new Thread(second);
    sharing.start();
    await().until(() -> sharing.getState() == Thread.State.TIMED_WAITING);
    shared.open();

    assertThat(first.get()).isEmpty();
    assertThat(second.get()).isEmpty();
    assertThat(texts.statistics().hits()).isEqualTo(2);
    assertThat(texts.statistics().negatives()).isEqualTo(2);
  }

  @Test
  @Tag("C14")
  void what_was_never_stored_does_not_count_as_expired() throws Exception {
    Cache<Long, String> texts = texts(cache -> cache.ttl(BRIEF));
    Cache<Long, String> others = texts(there, cache -> cache);
    SlowLoad<String> overtaken = SlowLoad.begin(hold -> texts.getOrLoad(1L, id -> {
      hold.run();
      return "old";
    }));
    others.delete(1L);
    overtaken.release();
    assertThat(overtaken.result()).isEqualTo("old");
    pass(BRIEF);

    assertThat(texts.get(1L)).isEmpty();
    assertThat(texts.statistics().expiredLately()).isZero();
    assertThat(texts.statistics().puts()).isZero();
  }
}
