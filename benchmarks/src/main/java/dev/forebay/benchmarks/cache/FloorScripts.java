package dev.forebay.benchmarks.cache;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.util.List;

/** The script that measures what a script costs. */
final class FloorScripts {

  static final LuaScript LENGTH_OF =
      LuaScript.beside(FloorScripts.class, "length_of").combinable();

  private final RedisCommands redis;

  FloorScripts(RedisCommands redis) {
    this.redis = redis;
  }

  /** Asks for the length of a value, through our floor. */
  Reply<ScriptReply> lengthOf(String key) {
    return redis.eval(LENGTH_OF, List.of(key), List.of());
  }
}
