package dev.forebay.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads that go out as one command: a {@code GET} where there is but one key and nobody asked for a
 * list, else an {@code MGET} that names each key once.
 */
final class ReadBatch extends Batch {

  private final Map<String, Integer> positions = new LinkedHashMap<>();
  private final EncodedArguments arguments = new EncodedArguments();
  private boolean asList;
  private List<byte[]> values = List.of();

  /**
   * Returns a key as it goes over the wire. To be called by the caller of a read: the text remembers
   * its hash code too, which is asked for here on the event loop.
   */
  static byte[] encode(String key) {
    var unused = key.hashCode();
    return EncodedArguments.text(key);
  }

  /** Adds a key; returns where its value will be among those received. */
  int positionOf(String key, byte[] encoded) {
    Integer next = positions.size();
    Integer known = positions.putIfAbsent(key, next);
    if (known == null) {
      arguments.addKeys(key, encoded, 1);
      return next;
    }
    return known;
  }

  /** Returns how many keys are not asked for yet. */
  int countOfNew(List<String> keys) {
    int count = 0;
    for (String key : keys) {
      if (!positions.containsKey(key)) {
        count++;
      }
    }
    return count;
  }

  /** Makes this an {@code MGET} even if there is but one key. */
  void askForValues() {
    asList = true;
  }

  /** @throws RedisCommandExecutionException if there are more or fewer values than keys */
  void requireAll() {
    if (values.size() != positions.size()) {
      throw new RedisCommandExecutionException(
          "Redis gave %d values for %d keys".formatted(values.size(), positions.size()));
    }
  }

  /** Returns a value once it is known that {@linkplain #requireAll all} are there. */
  byte @Nullable [] value(int position) {
    return values.get(position);
  }

  @Override
  void send(
      RedisClusterAsyncCommands<String, byte[]> commands,
      Set<String> knownScripts,
      Consumer<@Nullable Throwable> done) {
    if (asList || positions.size() > 1) {
      dispatch(
          commands,
          CommandType.MGET,
          new ValueListOutput<>(LettuceClient.CODEC),
          Function.identity(),
          done);
    } else {
      dispatch(
          commands,
          CommandType.GET,
          new ValueOutput<>(LettuceClient.CODEC),
          Collections::singletonList,
          done);
    }
  }

  @Override
  void sendByKey(
      RedisClusterAsyncCommands<String, byte[]> commands,
      Set<String> knownScripts,
      Consumer<@Nullable Throwable> done) {
    List<CompletableFuture<byte[]>> gets = positions.keySet().stream()
        .map(key -> commands.get(key).toCompletableFuture())
        .toList();
    var unused = CompletableFuture.allOf(gets.toArray(CompletableFuture[]::new))
        .whenComplete((all, failure) -> {
          if (failure == null) {
            values = new ArrayList<>();
            gets.forEach(get -> values.add(get.join()));
          }
          done.accept(failure == null ? null : causeOf(failure));
        });
  }

  private <T> void dispatch(
      RedisClusterAsyncCommands<String, byte[]> commands,
      CommandType type,
      CommandOutput<String, byte[], T> output,
      Function<T, List<byte[]>> asValues,
      Consumer<@Nullable Throwable> done) {
    var unused = commands.dispatch(type, output, arguments).whenComplete((answer, failure) -> {
      if (failure == null) {
        values = asValues.apply(answer);
      }
      done.accept(failure);
    });
  }
}
