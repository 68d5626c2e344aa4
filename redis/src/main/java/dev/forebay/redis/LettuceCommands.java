package dev.forebay.redis;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link RedisCommands} by Lettuce, over whatever connection there is at the moment. */
final class LettuceCommands implements RedisCommands {

  private final PresentLink presentLink;
  private final RedisSettings settings;

  LettuceCommands(PresentLink presentLink, RedisSettings settings) {
    this.presentLink = presentLink;
    this.settings = settings;
  }

  @Override
  public Reply<Optional<byte[]>> get(String key) {
    return send(link -> link.commands().get(key), Optional::ofNullable);
  }

  @Override
  public Reply<List<Optional<byte[]>>> mget(List<String> keys) {
    return send(
        link -> link.commands().mget(keys.toArray(String[]::new)),
        values -> values.stream().map(LettuceCommands::optional).toList());
  }

  @Override
  public Reply<String> set(String key, byte[] value, Duration ttl) {
    return send(
        link -> link.commands().set(key, value, SetArgs.Builder.px(ttl.toMillis())),
        Function.identity());
  }

  @Override
  public Reply<Long> unlink(Collection<String> keys) {
    return send(link -> link.commands().unlink(keys.toArray(String[]::new)), Function.identity());
  }

  @Override
  public Reply<Boolean> exists(String key) {
    return send(link -> link.commands().exists(key), count -> count > 0);
  }

  @Override
  public Reply<Optional<Duration>> ttl(String key) {
    return send(
        link -> link.commands().pttl(key),
        millis -> millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis)));
  }

  @Override
  public Reply<Boolean> expire(String key, Duration ttl) {
    return send(link -> link.commands().pexpire(key, ttl.toMillis()), Function.identity());
  }

  @Override
  public Reply<ScanPage> scan(String cursor, String pattern, int count) {
    return send(
        link -> link.commands()
            .scan(ScanCursor.of(cursor), ScanArgs.Builder.limit(count).match(pattern)),
        page -> new ScanPage(page.isFinished() ? "0" : page.getCursor(), page.getKeys()));
  }

  @Override
  public Reply<Long> dbsize() {
    return send(link -> link.commands().dbsize(), Function.identity());
  }

  @Override
  public Reply<String> info(String section) {
    return send(link -> link.commands().info(section), Function.identity());
  }

  @Override
  public Reply<String> eval(LuaScript script, List<String> keys, List<byte[]> arguments) {
    String[] keyArray = keys.toArray(String[]::new);
    byte[][] argumentArray = arguments.toArray(byte[][]::new);
    return this.<String, String>send(
        link -> {
          if (!link.knows(script)) {
            link.learned(script);
            return evalText(link, script, keyArray, argumentArray);
          }
          return link.commands()
              .<String>evalsha(script.sha1(), ScriptOutputType.STATUS, keyArray, argumentArray)
              .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                  ? evalText(link, script, keyArray, argumentArray)
                  : CompletableFuture.failedFuture(failure));
        },
        Function.identity());
  }

  private static CompletionStage<String> evalText(
      Link link, LuaScript script, String[] keys, byte[][] arguments) {
    return link.commands().eval(script.source(), ScriptOutputType.STATUS, keys, arguments);
  }

  private <R, T> Reply<T> send(Function<Link, CompletionStage<R>> command, Function<R, T> mapping) {
    Link link = presentLink.get();
    if (link == null) {
      return () -> {
        throw new RedisUnavailableException(
            settings.enabled()
                ? "Not connected to Redis at " + settings.address()
                : "Redis is switched off by configuration (enabled=false)",
            null);
      };
    }
    try {
      return new LettuceReply<>(command.apply(link).toCompletableFuture(), mapping, settings);
    } catch (RuntimeException e) {
      // Lettuce refuses synchronously when its request queue is full or the connection is closing.
      return () -> {
        throw LettuceReply.translate(e, settings);
      };
    }
  }

  private static Optional<byte[]> optional(KeyValue<String, byte[]> value) {
    return value.hasValue() ? Optional.of(value.getValue()) : Optional.empty();
  }

  /** Tells the connection to use now, or null while there is none. */
  @FunctionalInterface
  interface PresentLink {
    @Nullable
    Link get();
  }
}
