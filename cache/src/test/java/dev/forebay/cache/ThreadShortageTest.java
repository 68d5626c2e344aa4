package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.redis.JsonCodec;
import dev.forebay.redis.WireFormatBuilder;
import dev.forebay.redis.spi.KeyTemplate;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.WireFormat;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that cannot begin another thread: neither leases nor entries are held for good. */
@RedisTest
@Timeout(60)
class ThreadShortageTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  private final EntryId id;
  private final LeasedEntries<String> leased;
  private final Loading<String> loading;
  private final Refreshes<String> refreshes;
  private final AtomicInteger attempts = new AtomicInteger();

  ThreadShortageTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
    CacheKeys<Long> keys = new CacheKeys<>(
        "Cache", namespace.keyPrefix(), "texts", KeyTemplate.parse("text:{id}", Long.class));
    this.id = keys.idOf(1L, key -> List.of());
    CachePolicy<Long, String> policy = new CachePolicy<>(
        HOUR,
        0,
        null,
        HOUR,
        HOUR,
        0,
        HOUR,
        HOUR,
        HOUR,
        key -> List.of(),
        false,
        false,
        1_000,
        false);
    WireFormat<String> format = WireFormatBuilder.of(JsonCodec.of(String.class)).build();
    RedisCommands redis = instance.redis.commands();
    CacheScripts scripts = new CacheScripts(redis);
    CacheRecorder recorder = new CacheRecorder("texts", new CacheListeners());
    Wakeups wakeups = new Wakeups(CacheKeys.channels(namespace.keyPrefix()), Wakeups.POLL);
    EntryScan scan = new EntryScan(keys, redis, scripts, wakeups.channels());
    InvalidationJournal journal = new InvalidationJournal("texts", keys, scan, redis);
    EntryWriter<String> writer = new EntryWriter<>(format, policy, recorder);
    EntryOverwriter<String> overwriter =
        new EntryOverwriter<>(writer, redis, scripts, wakeups.channels());
    EntryStore<String> entries =
        new EntryStore<>(scan, format, policy, redis, overwriter, recorder, journal);
    Leases leases = new Leases(scripts, wakeups, HOUR);
    LoadThreads none = new LoadThreads(this::begin, this::begin);
    this.leased = new LeasedEntries<>(writer, redis, scripts, leases, recorder, journal);
    this.loading = new Loading<>("texts", entries, leased, policy, none, recorder);
    this.refreshes = new Refreshes<>("texts", entries, leased, loading, policy, none, recorder);
  }

  private Thread begin(Runnable work) {
    attempts.incrementAndGet();
    throw new OutOfMemoryError("unable to create native thread");
  }

  @Test
  void a_load_that_cannot_begin_leaves_the_entry_to_others() {
    Claim<String> claim = leased.claim(id, Found.nothing(true));
    assertThat(claim).isInstanceOf(Claim.Granted.class);
    namespace.execute("PERSIST", id.lease()); // so that it does not just run out
    LoadBatch<String> batch = new LoadBatch<String>().add(id, claim, new Flight<>(), null);

    assertThatThrownBy(
            () -> loading.load(batch, () -> Map.of(id, "new"), value -> HOUR, System.nanoTime()))
        .isInstanceOf(OutOfMemoryError.class);

    await()
        .untilAsserted(() ->
            assertThat(leased.claim(id, Found.nothing(true))).isInstanceOf(Claim.Granted.class));
  }

  @Test
  void a_refresh_that_cannot_begin_costs_its_caller_nothing_and_is_tried_again() {
    Map<EntryId, Cached<String>> due =
        Map.of(id, new Cached<>("old", Cached.Freshness.STALE, 0, 0));

    for (int i = 1; i <= 2; i++) {
      // Caught here, as whoever runs tests does not survive this error.
      assertThatCode(() -> refreshes.begin(due, ids -> () -> Map.of(id, "new"), value -> HOUR))
          .doesNotThrowAnyException();
      assertThat(attempts).hasValue(i);
    }
  }
}
