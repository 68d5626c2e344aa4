package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** {@link Counters} that are Redis strings. */
final class RedisCounters<K> implements Counters<K> {

  private final String name;
  private final CacheKeys<K> keys;
  private final Duration ttl;
  private final boolean enabled;
  private final RedisCommands redis;
  private final CacheScripts scripts;
  private final CacheRecorder recorder;

  RedisCounters(
      String name,
      CacheKeys<K> keys,
      Duration ttl,
      boolean enabled,
      RedisCommands redis,
      CacheRecorder recorder) {
    this.name = name;
    this.keys = keys;
    this.ttl = ttl;
    this.enabled = enabled;
    this.redis = redis;
    this.scripts = new CacheScripts(redis);
    this.recorder = recorder;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public OptionalLong add(K key, long amount) {
    String counter = keys.nameOf(key);
    return ask("add to a counter", () -> scripts.addToCounter(counter, amount, ttl.toMillis()))
        .map(sum -> OptionalLong.of(sum.number(0)))
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public OptionalLong get(K key) {
    String counter = keys.nameOf(key);
    return ask("get a counter", () -> redis.get(counter))
        .map(text -> text.map(RedisCounters::parse).orElseGet(() -> OptionalLong.of(0)))
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public boolean reset(K key) {
    String counter = keys.nameOf(key);
    return ask("reset a counter", () -> redis.unlink(List.of(counter))).isPresent();
  }

  private <T> Optional<T> ask(String operation, Supplier<Reply<T>> command) {
    return enabled
        ? recorder.attempt(operation, () -> Optional.of(command.get().await()))
        : Optional.empty();
  }

  private static OptionalLong parse(byte[] text) {
    try {
      return OptionalLong.of(Long.parseLong(new String(text, StandardCharsets.US_ASCII)));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
