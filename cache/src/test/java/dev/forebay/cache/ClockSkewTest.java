package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.redis.JsonCodec;
import dev.forebay.redis.WireFormatBuilder;
import dev.forebay.redis.spi.Envelope;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.WireFormat;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When an entry is stale tells the clock of who stored it; when it is gone, that of Redis. */
@RedisTest
@Timeout(120)
class ClockSkewTest {

  private static final Duration BRIEF = Duration.ofMillis(50);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  private final AtomicInteger loads = new AtomicInteger();

  ClockSkewTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
  }

  private Cache<Long, String> texts(Duration ttl, Duration staleFor) {
    return instance
        .caches
        .cache("texts")
        .key("text:{id}", Long.class)
        .value(String.class)
        .ttl(ttl)
        .ttlJitter(0)
        .serveStaleFor(staleFor)
        .build();
  }

  private String read(Cache<Long, String> texts) {
    return texts.getOrLoad(1L, id -> {
      loads.incrementAndGet();
      return "new";
    });
  }

  /** Stores an entry as an instance does whose clock is ahead. */
  private void putFrom(Cache<Long, String> texts, Duration ahead) {
    texts.put(1L, "old");
    String name = namespace.key("text:1");
    RedisCommands redis = instance.redis.commands();
    WireFormat<String> format = WireFormatBuilder.of(JsonCodec.of(String.class)).build();
    Envelope<String> entry = format.read(name, redis.get(name).await().orElseThrow());
    Envelope.Meta meta = entry.meta();
    long until = meta.softExpiryMillis() + ahead.toMillis();
    Duration left = redis.ttl(name).await().orElseThrow();
    redis
        .set(name, format.write(name, entry.value(), meta.withSoftExpiryMillis(until)), left)
        .await();
  }

  @Test
  void stored_by_a_clock_that_is_ahead_an_entry_is_fresh_for_longer_until_redis_removes_it() {
    Cache<Long, String> texts = texts(MINUTE, MINUTE);
    putFrom(texts, HOUR);
    assertThat(read(texts)).isEqualTo("old");
    assertThat(loads).hasValue(0);
    String key = namespace.key("text:1");
    assertThat((Long) namespace.execute("PTTL", key)).isBetween(1L, 2 * MINUTE.toMillis());

    namespace.execute("PEXPIRE", key, "1"); // as if that time had gone by
    await().until(() -> texts.ttl(1L).isEmpty());
    assertThat(read(texts)).isEqualTo("new");
  }

  @Test
  void stored_by_a_clock_that_is_behind_it_is_refreshed_before_it_need_be() {
    Cache<Long, String> texts = texts(HOUR, HOUR);
    putFrom(texts, HOUR.plus(BRIEF).negated());

    assertThat(read(texts)).isEqualTo("old");
    await().untilAsserted(() -> assertThat(texts.get(1L)).contains("new"));
    assertThat(read(texts)).isEqualTo("new");
    assertThat(loads).hasValue(1);
  }
}
