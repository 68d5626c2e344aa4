package dev.forebay.cache;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The scripts of this module, one method for each {@code .lua} file. */
final class CacheScripts {

  private static final LuaScript ADD_TO_COUNTER =
      LuaScript.beside(CacheScripts.class, "add_to_counter").combinable();

  private final RedisCommands redis;

  CacheScripts(RedisCommands redis) {
    this.redis = redis;
  }

  /** Adds to a counter; the reply is the sum. */
  Reply<ScriptReply> addToCounter(String counter, long amount, long ttlMillis) {
    return redis.eval(ADD_TO_COUNTER, List.of(counter), List.of(number(amount), number(ttlMillis)));
  }

  static byte[] number(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
