package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who waits for a load by another instance is told of its end, and need not ask. */
@RedisTest
@Tag("C2")
@Timeout(120)
class WakeupsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<Long> BOTH = List.of(1L, 2L);

  private final RedisNamespace namespace;
  private final CachesFixture here;
  private final CachesFixture there;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  WakeupsTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.here = CachesFixture.on(namespace, HOUR);
    this.there = CachesFixture.on(namespace, HOUR);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    here.close();
    there.close();
  }

  private static Cache<Long, String> texts(CachesFixture instance) {
    return instance
        .caches
        .cache("texts")
        .key("text:{id}", Long.class)
        .value(String.class)
        .leaseTime(HOUR)
        .build();
  }

  /** How a load ends, or the lease of one that goes on. */
  enum End {
    FILL("loaded", cache -> {}),
    FAILURE("own", cache -> {}),
    DELETE("own", cache -> cache.deleteAll(BOTH)),
    PUT("put", cache -> cache.putAll(Map.of(1L, "put", 2L, "put"))),
    BLOCK("own", cache -> {
      var unused = cache.beginInvalidation(BOTH);
    }),
    PATTERN("own", cache -> cache.deleteMatching("text:*"));

    private final String served;

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Consumer<Cache<Long, String>> operation;

    End(String served, Consumer<Cache<Long, String>> operation) {
      this.served = served;
      this.operation = operation;
    }

    boolean isOfLoad() {
      return this == FILL || this == FAILURE;
    }
  }

  @ParameterizedTest
  @EnumSource
  void who_waits_for_a_load_is_told_of_its_end(End end) throws Exception {
    Cache<Long, String> texts = texts(here);
    Cache<Long, String> elsewhere = texts(there);
    awaitHearing(there.caches.wakeups());
    SlowLoad<Map<Long, String>> load = SlowLoad.begin(hold -> texts.getAllOrLoad(BOTH, ids -> {
      hold.run();
      if (end == End.FAILURE) {
        throw new IllegalStateException("the source is away");
      }
      return Map.of(1L, "loaded", 2L, "loaded");
    }));
    Future<String> single = threads.submit(() -> elsewhere.getOrLoad(1L, id -> "own"));
    Future<Map<Long, String>> batch =
        threads.submit(() -> elsewhere.getAllOrLoad(List.of(2L), ids -> Map.of(2L, "own")));
    await().until(() -> elsewhere.statistics().waits() == 2);

    end.operation.accept(texts);
    if (end.isOfLoad()) {
      load.release();
    }

    assertThat(single.get(60, TimeUnit.SECONDS)).isEqualTo(end.served);
    assertThat(batch.get(60, TimeUnit.SECONDS)).containsEntry(2L, end.served);
    load.release();
  }

  private void awaitHearing(Wakeups wakeups) {
    String entry = "an entry that nobody loads";
    var unused = wakeups.before(entry);
    String channel = wakeups.channels() + wakeups.instance();
    await().atMost(Duration.ofSeconds(30)).until(() -> {
      namespace.execute("PUBLISH", channel, entry);
      return wakeups.isEmpty();
    });
  }
}
