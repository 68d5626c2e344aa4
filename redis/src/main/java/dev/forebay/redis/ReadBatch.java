package dev.forebay.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads that go out as one command: a {@code GET} where there is but one key and nobody asked for a
 * list, else an {@code MGET} that names each key once. Filled on the event loop only.
 */
final class ReadBatch {

  private static final RedisCodec<String, byte[]> CODEC = LettuceClient.CODEC;

  private final List<OutgoingRead<?>> reads = new ArrayList<>();
  private final Map<String, Integer> positions = new LinkedHashMap<>();
  private boolean asList;

  void add(OutgoingRead<?> read) {
    reads.add(read);
    read.join(this);
  }

  /** Returns where the value of {@code key} will be among those received. */
  int positionOf(String key) {
    Integer next = positions.size();
    Integer known = positions.putIfAbsent(key, next);
    return known == null ? next : known;
  }

  /** Makes this an {@code MGET} even if there is but one key. */
  void askForValues() {
    asList = true;
  }

  int keyCount() {
    return positions.size();
  }

  List<OutgoingRead<?>> reads() {
    return reads;
  }

  /** Sends the command; the values, or the failure, come to {@code reply} once. */
  void send(
      StatefulRedisConnection<String, byte[]> connection,
      BiConsumer<@Nullable List<byte[]>, @Nullable Throwable> reply) {
    if (asList || positions.size() > 1) {
      dispatch(connection, CommandType.MGET, new ValueListOutput<>(CODEC), v -> v, reply);
    } else {
      dispatch(
          connection, CommandType.GET, new ValueOutput<>(CODEC), Collections::singletonList, reply);
    }
  }

  private <T> void dispatch(
      StatefulRedisConnection<String, byte[]> connection,
      CommandType type,
      CommandOutput<String, byte[], T> output,
      Function<T, List<byte[]>> asValues,
      BiConsumer<@Nullable List<byte[]>, @Nullable Throwable> reply) {
    CommandArgs<String, byte[]> keys = new CommandArgs<>(CODEC).addKeys(positions.keySet());
    AsyncCommand<String, byte[], T> command = new AsyncCommand<>(new Command<>(type, output, keys));
    var unused = command.whenComplete(
        (value, failure) -> reply.accept(failure == null ? asValues.apply(value) : null, failure));
    connection.dispatch(command);
  }

  /** Notes the outcome of each read; returns those whose callers must be woken. */
  List<OutgoingRead<?>> settle(@Nullable List<byte[]> values, @Nullable Throwable failure) {
    List<OutgoingRead<?>> awaited = new ArrayList<>(reads.size());
    for (OutgoingRead<?> read : reads) {
      if (read.settle(values, failure)) {
        awaited.add(read);
      }
    }
    return awaited;
  }
}
