package dev.forebay.redis;

import static java.util.Objects.requireNonNull;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link RedisCommands} by Lettuce, over whatever connection there is at the moment. */
final class LettuceCommands implements RedisCommands {

  private final @Nullable ConnectionSupervisor supervisor;
  private final @Nullable Outcomes outcomes;
  private final String address;
  private final boolean fromReplicas;

  /** @param supervisor null if Redis is switched off */
  LettuceCommands(
      @Nullable ConnectionSupervisor supervisor, RedisSettings settings, String address) {
    this(
        supervisor,
        supervisor == null ? null : new Outcomes(supervisor, settings.commandTimeout(), address),
        address,
        false);
  }

  private LettuceCommands(
      @Nullable ConnectionSupervisor supervisor,
      @Nullable Outcomes outcomes,
      String address,
      boolean fromReplicas) {
    this.supervisor = supervisor;
    this.outcomes = outcomes;
    this.address = address;
    this.fromReplicas = fromReplicas;
  }

  @Override
  public RedisCommands onReplicas() {
    return new LettuceCommands(supervisor, outcomes, address, true);
  }

  @Override
  public Reply<Optional<byte[]>> get(String key) {
    requireNonNull(key, "key");
    return sendBy((link, outcomes) -> {
      int slot = link.slotOf(key);
      return read(link, slot, new OutgoingGet(key, slot, link, outcomes));
    });
  }

  @Override
  public Reply<List<Optional<byte[]>>> mget(List<String> keys) {
    if (keys.isEmpty()) {
      return List::of;
    }
    return sendBy((link, outcomes) -> {
      if (!link.isSharded()) {
        return read(link, 0, new OutgoingMget(keys, 0, link, outcomes));
      }
      Map<Integer, List<String>> bySlot = bySlot(link, keys);
      if (bySlot.size() == 1) {
        int slot = bySlot.keySet().iterator().next();
        return read(link, slot, new OutgoingMget(keys, slot, link, outcomes));
      }
      Map<Integer, Reply<List<Optional<byte[]>>>> replies = new HashMap<>();
      bySlot.forEach((slot, ofSlot) ->
          replies.put(slot, read(link, slot, new OutgoingMget(ofSlot, slot, link, outcomes))));
      return () -> inOrder(link, keys, replies);
    });
  }

  private static Map<Integer, List<String>> bySlot(Link link, Collection<String> keys) {
    if (!link.isSharded()) {
      return Map.of(0, List.copyOf(keys));
    }
    return keys.stream()
        .collect(Collectors.groupingBy(link::slotOf, LinkedHashMap::new, Collectors.toList()));
  }

  private static List<Optional<byte[]>> inOrder(
      Link link, List<String> keys, Map<Integer, Reply<List<Optional<byte[]>>>> replies) {
    Map<Integer, Iterator<Optional<byte[]>>> values = new HashMap<>();
    replies.forEach((slot, reply) -> values.put(slot, reply.await().iterator()));
    return keys.stream()
        .map(key -> requireNonNull(values.get(link.slotOf(key))).next())
        .toList();
  }

  private <T> Reply<T> read(Link link, int slot, OutgoingRead<T> read) {
    if (fromReplicas) {
      link.sendToReplica(slot, read);
    } else {
      link.send(slot, read);
    }
    return read;
  }

  private static <T> Reply<T> combined(Link link, int slot, CombinedReply<T> call) {
    link.send(slot, call);
    return call;
  }

  @Override
  public Reply<String> set(String key, byte[] value, Duration ttl) {
    return send(
        key,
        commands -> commands.set(key, value, SetArgs.Builder.px(ttl.toMillis())),
        Function.identity());
  }

  @Override
  public Reply<Long> unlink(Collection<String> keys) {
    return sendBy((link, outcomes) -> {
      List<Reply<Long>> counts = new ArrayList<>();
      bySlot(link, keys)
          .forEach((slot, ofSlot) -> counts.add(new LettuceReply<>(
              link.send(slot, commands -> unlink(commands, ofSlot)),
              Function.identity(),
              link,
              outcomes)));
      return () -> counts.stream().mapToLong(Reply::await).sum();
    });
  }

  private static CompletionStage<Long> unlink(
      RedisClusterAsyncCommands<String, byte[]> commands, List<String> keys) {
    if (!(commands instanceof RedisAdvancedClusterAsyncCommands)) {
      return commands.unlink(keys.toArray(String[]::new));
    }
    // A detour. No node has all keys of a slot that is moving: each is asked for by itself.
    List<CompletableFuture<Long>> counts =
        keys.stream().map(key -> commands.unlink(key).toCompletableFuture()).toList();
    return CompletableFuture.allOf(counts.toArray(CompletableFuture[]::new))
        .thenApply(all -> counts.stream().mapToLong(CompletableFuture::join).sum());
  }

  @Override
  public Reply<Boolean> exists(String key) {
    return send(key, commands -> commands.exists(key), count -> count > 0);
  }

  @Override
  public Reply<Optional<Duration>> ttl(String key) {
    return send(
        key,
        commands -> commands.pttl(key),
        millis -> millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis)));
  }

  @Override
  public Reply<Boolean> expire(String key, Duration ttl) {
    return send(key, commands -> commands.pexpire(key, ttl.toMillis()), Function.identity());
  }

  @Override
  public Reply<OptionalLong> memoryUsage(String key) {
    return send(
        key,
        commands -> commands.memoryUsage(key),
        bytes -> bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes));
  }

  @Override
  public Reply<Long> dbsize() {
    return send(commands -> commands.dbsize(), Function.identity());
  }

  @Override
  public Reply<String> info(String section) {
    return send(commands -> commands.info(section), Function.identity());
  }

  @Override
  public boolean scan(String pattern, int pageSize, Predicate<List<String>> onPage) {
    ScanArgs arguments = ScanArgs.Builder.limit(pageSize).match(pattern);
    Optional<List<String>> placement = placement();
    // Lettuce's cursor remembers the node that it is at; it cannot be rebuilt from its text.
    ScanCursor cursor = ScanCursor.INITIAL;
    Object sockets = sockets();
    do {
      ScanCursor from = cursor;
      KeyScanCursor<String> page = this.<KeyScanCursor<String>, KeyScanCursor<String>>send(
              commands -> commands.scan(from, arguments), Function.identity())
          .await();
      if (!page.getKeys().isEmpty() && !onPage.test(page.getKeys())) {
        return false;
      }
      requireAll(Objects.equals(sockets, sockets()));
      cursor = page;
    } while (!cursor.isFinished());
    requireAll(sockets != null);
    return placement.isPresent() && placement.equals(placement());
  }

  /** One round trip on a cluster, none else. */
  private Optional<List<String>> placement() {
    Link link = supervisor == null ? null : supervisor.link();
    return link == null || outcomes == null || !link.isSharded()
        ? Optional.of(List.of())
        : new LettuceReply<>(link.placement(), Function.identity(), link, outcomes).await();
  }

  private @Nullable Object sockets() {
    Link link = supervisor == null ? null : supervisor.link();
    return link == null ? null : link.sockets();
  }

  /**
   * A cursor means something to the server that gave it only: to another one, or after a restart, it
   * may be behind keys that were not looked at.
   */
  private void requireAll(boolean connected) {
    if (!connected) {
      throw new RedisUnavailableException(
          "Not every server of Redis at " + address
              + " stayed connected during a scan, which may have missed keys",
          null);
    }
  }

  @Override
  public void subscribe(String channel, Consumer<String> listener) {
    if (supervisor != null) {
      supervisor.subscribe(channel, listener);
    }
  }

  @Override
  public Reply<ScriptReply> eval(LuaScript script, List<String> keys, List<byte[]> arguments) {
    return sendBy((link, outcomes) -> {
      int slot = keys.isEmpty() ? 0 : link.slotOf(keys.get(0));
      return combined(link, slot, new OutgoingEval(script, slot, keys, arguments, link, outcomes));
    });
  }

  private <R, T> Reply<T> send(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command,
      Function<R, T> mapping) {
    return sendBy(
        (link, outcomes) -> new LettuceReply<>(link.send(command), mapping, link, outcomes));
  }

  private <R, T> Reply<T> send(
      String key,
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command,
      Function<R, T> mapping) {
    return sendBy((link, outcomes) ->
        new LettuceReply<>(link.send(link.slotOf(key), command), mapping, link, outcomes));
  }

  @Override
  public void requireConnection() {
    if (supervisor == null || supervisor.link() == null) {
      refuse();
      throw unconnected();
    }
  }

  private void refuse() {
    if (supervisor != null) {
      supervisor.rejected();
    }
  }

  /** Sends by whatever link there is; without one the reply is a failure. */
  private <T> Reply<T> sendBy(BiFunction<Link, Outcomes, Reply<T>> sending) {
    Link link = supervisor == null ? null : supervisor.link();
    if (link == null || outcomes == null) {
      refuse();
      return () -> {
        throw unconnected();
      };
    }
    return sending.apply(link, outcomes);
  }

  private RedisUnavailableException unconnected() {
    return new RedisUnavailableException(
        supervisor == null
            ? "Redis is switched off by configuration (enabled=false)"
            : "Redis at " + address + " is not connected, or suspended because it hung",
        null);
  }
}
