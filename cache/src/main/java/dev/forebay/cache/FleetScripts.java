package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The scripts of {@link FleetLedger}, one method for each {@code .lua} file. */
final class FleetScripts {

  private static final LuaScript ADD_STATISTICS =
      LuaScript.beside(FleetScripts.class, "add_statistics");
  private static final LuaScript READ_STATISTICS =
      LuaScript.beside(FleetScripts.class, "read_statistics");

  private final RedisCommands redis;

  FleetScripts(RedisCommands redis) {
    this.redis = redis;
  }

  /**
   * Adds what an instance counted; the reply is {@code ADDED}, {@code REPLAY} or {@code FORGOTTEN}.
   *
   * @param flush its number, from 1 on
   * @param now ms since epoch, or empty for the time of the server
   */
  Reply<ScriptReply> addStatistics(
      SharedKeys keys,
      String instance,
      long flush,
      String now,
      long aliveMillis,
      long reads,
      Map<String, Long> amounts) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(instance.getBytes(UTF_8));
    arguments.add(CacheScripts.number(flush));
    arguments.add(now.getBytes(UTF_8));
    arguments.add(CacheScripts.number(aliveMillis));
    arguments.add(CacheScripts.number(reads));
    amounts.forEach((name, amount) -> {
      arguments.add(name.getBytes(UTF_8));
      arguments.add(CacheScripts.number(amount));
    });
    return redis.eval(
        ADD_STATISTICS, List.of(keys.counts(), keys.alive(), keys.flushes()), arguments);
  }

  /**
   * Reads the sums of a cache; the reply is the number of instances alive, the reads of the last
   * minute, and then names and sums in turns.
   *
   * @param now ms since epoch, or empty for the time of the server
   */
  Reply<ScriptReply> readStatistics(SharedKeys keys, String now) {
    return redis.eval(
        READ_STATISTICS, List.of(keys.counts(), keys.alive()), List.of(now.getBytes(UTF_8)));
  }
}
