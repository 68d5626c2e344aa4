package dev.forebay.cache;

import dev.forebay.redis.CodecException;
import dev.forebay.redis.RedisOperationException;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.RedisUnavailableException;
import dev.forebay.redis.spi.Burst;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what caches do: a sentence for people, and its facts as key-value pairs, of which {@code
 * event} says what happened. Of keys only a hash is logged, of values nothing. What may come in
 * floods is logged once per {@link Burst}.
 */
final class CacheLog implements CacheListener {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final int HASH_BYTES = 8;

  private final Duration slowOperation;
  private final Duration slowLoader;
  private final LongSupplier nanoClock;
  private final Map<String, Burst> bursts = new ConcurrentHashMap<>();

  CacheLog(RedisSettings settings, LongSupplier nanoClock) {
    this.slowOperation = settings.slowOperation();
    this.slowLoader = settings.slowLoader();
    this.nanoClock = nanoClock;
  }

  @Override
  public void onHit(String cache, int count) {
    if (log.isTraceEnabled()) {
      event(log.atTrace(), "hit", cache)
          .addKeyValue("count", count)
          .log("Cache '{}' had {} values", cache, count);
    }
  }

  @Override
  public void onMiss(String cache, int count) {
    if (log.isTraceEnabled()) {
      event(log.atTrace(), "miss", cache)
          .addKeyValue("count", count)
          .log("Cache '{}' had no value for {} keys", cache, count);
    }
  }

  @Override
  public void onLoad(String cache, CacheLoad load) {
    boolean slow = load.time().compareTo(slowLoader) >= 0;
    if (!slow) {
      if (log.isDebugEnabled()) {
        loaded(log.atDebug(), "load", cache, load)
            .log("Cache '{}' was loaded by {} in {} ms", cache, load.loader(), millis(load.time()));
      }
      return;
    }
    OptionalLong withheld = log.isWarnEnabled() ? admit("slow-load", cache) : OptionalLong.empty();
    if (withheld.isPresent()) {
      loaded(log.atWarn(), "slow-load", cache, load)
          .addKeyValue("unlogged", withheld.getAsLong())
          .log(
              "A loader of cache '{}' took {} ms; {} ms and more are slow. It is in {} and had {} keys to load ({} before this were not logged)",
              cache,
              millis(load.time()),
              millis(slowLoader),
              load.loader(),
              load.keys(),
              withheld.getAsLong());
    }
  }

  @Override
  public boolean wantsOperations() {
    return log.isWarnEnabled();
  }

  @Override
  public void onOperation(String cache, String operation, Duration time) {
    if (time.compareTo(slowOperation) < 0) {
      return;
    }
    OptionalLong withheld = admit("slow-operation", cache);
    if (withheld.isPresent()) {
      event(log.atWarn(), "slow-operation", cache)
          .addKeyValue("operation", operation)
          .addKeyValue("millis", millis(time))
          .addKeyValue("unlogged", withheld.getAsLong())
          .log(
              "Operation '{}' of cache '{}' took {} ms in Redis; {} ms and more are slow ({} before this were not logged)",
              operation,
              cache,
              millis(time),
              millis(slowOperation),
              withheld.getAsLong());
    }
  }

  @Override
  public void onInvalidation(String cache, Invalidation what, long count) {
    if (what instanceof Invalidation.ByPattern by) {
      if (log.isInfoEnabled()) {
        String line = onOneLine(by.pattern());
        event(log.atInfo(), "invalidation", cache)
            .addKeyValue("pattern", line)
            .addKeyValue("count", count)
            .log("Cache '{}' deleted {} entries that match '{}'", cache, count, line);
      }
    } else if (what instanceof Invalidation.ByKeys) {
      if (log.isDebugEnabled()) {
        event(log.atDebug(), "invalidation", cache)
            .addKeyValue("count", count)
            .log("Cache '{}' had {} keys put or deleted", cache, count);
      }
    } else if (log.isInfoEnabled()) {
      String reach = what instanceof Invalidation.All ? "all" : "tag";
      event(log.atInfo(), "invalidation", cache)
          .addKeyValue("reach", reach)
          .log("Cache '{}' outdated its entries ({})", cache, reach);
    }
  }

  @Override
  public void onFailure(String cache, String operation, RuntimeException failure) {
    // That Redis is away the connection has logged, once for all caches.
    if (failure instanceof RedisUnavailableException) {
      event(log.atDebug(), "failure", cache)
          .addKeyValue("operation", operation)
          .addKeyValue("kind", "unavailable")
          .log("Operation '{}' of cache '{}' failed: Redis is not available", operation, cache);
      return;
    }
    OptionalLong withheld = log.isWarnEnabled() ? admit("failure", cache) : OptionalLong.empty();
    if (withheld.isPresent()) {
      event(log.atWarn(), "failure", cache)
          .addKeyValue("operation", operation)
          .addKeyValue("kind", kindOf(failure))
          .addKeyValue("unlogged", withheld.getAsLong())
          .log(
              "Operation '{}' of cache '{}' failed; its callers are served from the source. {} ({} failures before this were not logged)",
              operation,
              cache,
              reasonOf(failure),
              withheld.getAsLong());
    }
  }

  @Override
  public void onFallbackEntered() {
    log.atWarn()
        .addKeyValue("event", "fallback-entered")
        .log("Redis cannot be used: all caches are served from their sources");
  }

  @Override
  public void onFallbackLeft(Duration time) {
    log.atInfo()
        .addKeyValue("event", "fallback-left")
        .addKeyValue("millis", millis(time))
        .log("Caches use Redis again, after {} ms without", millis(time));
  }

  private static LoggingEventBuilder loaded(
      LoggingEventBuilder builder, String event, String cache, CacheLoad load) {
    return event(builder, event, cache)
        .addKeyValue("loader", load.loader())
        .addKeyValue("entry", hash(load.entry()))
        .addKeyValue("keys", load.keys())
        .addKeyValue("millis", millis(load.time()))
        .addKeyValue("failed", load.failed());
  }

  private static LoggingEventBuilder event(
      LoggingEventBuilder builder, String event, String cache) {
    return builder.addKeyValue("event", event).addKeyValue("cache", cache);
  }

  private OptionalLong admit(String event, String cache) {
    return bursts
        .computeIfAbsent(event + ' ' + cache, unused -> new Burst(nanoClock))
        .admit();
  }

  private static String kindOf(RuntimeException failure) {
    if (failure instanceof CodecException codec) {
      return "codec-" + codec.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    if (failure instanceof RefusedValueException) {
      return "refused-value";
    }
    return failure instanceof RedisOperationException ? "refused" : "other";
  }

  /** A server's refusal may repeat the arguments of the command, and so a key. */
  private static String reasonOf(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    return onOneLine(message.replaceFirst("(?s),? with args beginning with.*", ""));
  }

  private static String onOneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** The first 16 hexadecimal digits of SHA-256: {@code printf %s NAME | sha256sum} tells them. */
  static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static long millis(Duration time) {
    return time.toMillis();
  }
}
