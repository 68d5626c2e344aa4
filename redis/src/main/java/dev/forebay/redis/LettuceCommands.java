package dev.forebay.redis;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandKeyword;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@link RedisCommands} by Lettuce, over whatever connection there is at the moment. */
final class LettuceCommands implements RedisCommands {

  private final @Nullable ConnectionSupervisor supervisor;
  private final RedisSettings settings;
  private final String address;

  /** @param supervisor null if Redis is switched off */
  LettuceCommands(
      @Nullable ConnectionSupervisor supervisor, RedisSettings settings, String address) {
    this.supervisor = supervisor;
    this.settings = settings;
    this.address = address;
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
  public Reply<Integer> setAll(List<Entry> entries) {
    return send(
        link -> {
          List<AsyncCommand<String, byte[], String>> commands = new ArrayList<>(entries.size());
          for (Entry entry : entries) {
            CommandArgs<String, byte[]> arguments = new CommandArgs<>(LettuceClient.CODEC)
                .addKey(entry.key())
                .addValue(entry.value())
                .add(CommandKeyword.PX)
                .add(entry.ttl().toMillis());
            commands.add(new AsyncCommand<>(new Command<>(
                CommandType.SET, new StatusOutput<>(LettuceClient.CODEC), arguments)));
          }
          link.dispatch(commands);
          return CompletableFuture.allOf(commands.toArray(CompletableFuture[]::new));
        },
        done -> entries.size());
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
  public Reply<Long> dbsize() {
    return send(link -> link.commands().dbsize(), Function.identity());
  }

  @Override
  public Reply<String> info(String section) {
    return send(link -> link.commands().info(section), Function.identity());
  }

  @Override
  public void scan(String pattern, int pageSize, Predicate<List<String>> onPage) {
    ScanArgs arguments = ScanArgs.Builder.limit(pageSize).match(pattern);
    // Lettuce's cursor remembers the node that it is at; it cannot be rebuilt from its text.
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      ScanCursor from = cursor;
      KeyScanCursor<String> page = this.<KeyScanCursor<String>, KeyScanCursor<String>>send(
              link -> link.commands().scan(from, arguments), Function.identity())
          .await();
      if (!page.getKeys().isEmpty() && !onPage.test(page.getKeys())) {
        return;
      }
      cursor = page;
    } while (!cursor.isFinished());
  }

  @Override
  public Reply<String> eval(LuaScript script, List<String> keys, List<byte[]> arguments) {
    String[] keyArray = keys.toArray(String[]::new);
    byte[][] argumentArray = arguments.toArray(byte[][]::new);
    return this.<String, String>send(
        link -> {
          if (!link.knows(script)) {
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
    return link.commands()
        .<String>eval(script.source(), ScriptOutputType.STATUS, keys, arguments)
        .whenComplete((reply, failure) -> {
          if (failure == null) {
            link.learned(script);
          }
        });
  }

  private <R, T> Reply<T> send(Function<Link, CompletionStage<R>> command, Function<R, T> mapping) {
    if (supervisor == null) {
      return () -> {
        throw new RedisUnavailableException(
            "Redis is switched off by configuration (enabled=false)", null);
      };
    }
    Link link = supervisor.link();
    if (link == null) {
      supervisor.rejected();
      return () -> {
        throw new RedisUnavailableException(
            "Redis at " + address + " is not connected, or suspended because it hung", null);
      };
    }
    CompletableFuture<R> future;
    try {
      future = command.apply(link).toCompletableFuture();
    } catch (RuntimeException e) {
      // Lettuce refuses synchronously when its request queue is full or the connection is closing.
      future = CompletableFuture.failedFuture(e);
    }
    return new LettuceReply<>(
        future, mapping, supervisor, link, settings.commandTimeout(), address);
  }

  private static Optional<byte[]> optional(KeyValue<String, byte[]> value) {
    return value.hasValue() ? Optional.of(value.getValue()) : Optional.empty();
  }
}
