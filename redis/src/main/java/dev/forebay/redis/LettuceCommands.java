package dev.forebay.redis;

import static java.util.Objects.requireNonNull;

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
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
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
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@link RedisCommands} by Lettuce, over whatever connection there is at the moment. */
final class LettuceCommands implements RedisCommands {

  private final @Nullable ConnectionSupervisor supervisor;
  private final @Nullable Outcomes outcomes;
  private final String address;

  /** @param supervisor null if Redis is switched off */
  LettuceCommands(
      @Nullable ConnectionSupervisor supervisor, RedisSettings settings, String address) {
    this.supervisor = supervisor;
    this.outcomes =
        supervisor == null ? null : new Outcomes(supervisor, settings.commandTimeout(), address);
    this.address = address;
  }

  @Override
  public Reply<Optional<byte[]>> get(String key) {
    requireNonNull(key, "key");
    return sendBy((link, outcomes) -> {
      Outbox outbox = link.outbox();
      if (outbox == null) {
        return new LettuceReply<>(
            link.send(commands -> commands.get(key)), Optional::ofNullable, link, outcomes);
      }
      OutgoingGet get = new OutgoingGet(key, link, outcomes);
      outbox.send(get);
      return get;
    });
  }

  @Override
  public Reply<List<Optional<byte[]>>> mget(List<String> keys) {
    if (keys.isEmpty()) {
      return List::of;
    }
    return sendBy((link, outcomes) -> {
      Outbox outbox = link.outbox();
      if (outbox == null) {
        return new LettuceReply<>(
            link.send(commands -> commands.mget(keys.toArray(String[]::new))),
            values -> values.stream().map(LettuceCommands::optional).toList(),
            link,
            outcomes);
      }
      OutgoingMget mget = new OutgoingMget(keys, link, outcomes);
      outbox.send(mget);
      return mget;
    });
  }

  @Override
  public Reply<String> set(String key, byte[] value, Duration ttl) {
    return send(
        (link, commands) -> commands.set(key, value, SetArgs.Builder.px(ttl.toMillis())),
        Function.identity());
  }

  @Override
  public Reply<Integer> setAll(List<Entry> entries) {
    List<AsyncCommand<String, byte[], String>> sets = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      CommandArgs<String, byte[]> arguments = new CommandArgs<>(LettuceClient.CODEC)
          .addKey(entry.key())
          .addValue(entry.value())
          .add(CommandKeyword.PX)
          .add(entry.ttl().toMillis());
      sets.add(new AsyncCommand<>(
          new Command<>(CommandType.SET, new StatusOutput<>(LettuceClient.CODEC), arguments)));
    }
    int count = sets.size();
    return send(
        (link, commands) -> {
          link.dispatch(sets);
          return CompletableFuture.allOf(sets.toArray(CompletableFuture[]::new));
        },
        done -> count);
  }

  @Override
  public Reply<Long> unlink(Collection<String> keys) {
    String[] keyArray = keys.toArray(String[]::new);
    return send((link, commands) -> commands.unlink(keyArray), Function.identity());
  }

  @Override
  public Reply<Boolean> exists(String key) {
    return send((link, commands) -> commands.exists(key), count -> count > 0);
  }

  @Override
  public Reply<Optional<Duration>> ttl(String key) {
    return send(
        (link, commands) -> commands.pttl(key),
        millis -> millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis)));
  }

  @Override
  public Reply<Boolean> expire(String key, Duration ttl) {
    return send((link, commands) -> commands.pexpire(key, ttl.toMillis()), Function.identity());
  }

  @Override
  public Reply<Long> dbsize() {
    return send((link, commands) -> commands.dbsize(), Function.identity());
  }

  @Override
  public Reply<String> info(String section) {
    return send((link, commands) -> commands.info(section), Function.identity());
  }

  @Override
  public void scan(String pattern, int pageSize, Predicate<List<String>> onPage) {
    ScanArgs arguments = ScanArgs.Builder.limit(pageSize).match(pattern);
    // Lettuce's cursor remembers the node that it is at; it cannot be rebuilt from its text.
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      ScanCursor from = cursor;
      KeyScanCursor<String> page = this.<KeyScanCursor<String>, KeyScanCursor<String>>send(
              (link, commands) -> commands.scan(from, arguments), Function.identity())
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
        (link, commands) -> {
          if (!link.knows(script)) {
            return evalText(link, commands, script, keyArray, argumentArray);
          }
          return commands
              .<String>evalsha(script.sha1(), ScriptOutputType.STATUS, keyArray, argumentArray)
              .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                  ? evalText(link, commands, script, keyArray, argumentArray)
                  : CompletableFuture.failedFuture(failure));
        },
        Function.identity());
  }

  private static CompletionStage<String> evalText(
      Link link,
      RedisClusterAsyncCommands<String, byte[]> commands,
      LuaScript script,
      String[] keys,
      byte[][] arguments) {
    return commands
        .<String>eval(script.source(), ScriptOutputType.STATUS, keys, arguments)
        .whenComplete((reply, failure) -> {
          if (failure == null) {
            link.learned(script);
          }
        });
  }

  private <R, T> Reply<T> send(
      BiFunction<Link, RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command,
      Function<R, T> mapping) {
    return sendBy((link, outcomes) -> new LettuceReply<>(
        link.send(commands -> command.apply(link, commands)), mapping, link, outcomes));
  }

  /** Sends by whatever link there is; without one the reply is a failure. */
  private <T> Reply<T> sendBy(BiFunction<Link, Outcomes, Reply<T>> sending) {
    if (supervisor == null || outcomes == null) {
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
    return sending.apply(link, outcomes);
  }

  private static Optional<byte[]> optional(KeyValue<String, byte[]> value) {
    return value.hasValue() ? Optional.of(value.getValue()) : Optional.empty();
  }
}
