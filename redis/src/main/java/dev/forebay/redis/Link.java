package dev.forebay.redis;

import dev.forebay.redis.spi.LuaScript;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One connection from its establishment to its loss, and what its server is known to hold. */
final class Link {

  private final StatefulRedisConnection<String, byte[]> connection;
  private final Set<String> knownScripts = ConcurrentHashMap.newKeySet();

  Link(StatefulRedisConnection<String, byte[]> connection) {
    this.connection = connection;
  }

  StatefulRedisConnection<String, byte[]> connection() {
    return connection;
  }

  RedisAsyncCommands<String, byte[]> commands() {
    return connection.async();
  }

  /** Returns whether the server was sent the script's text before on this connection. */
  boolean knows(LuaScript script) {
    return knownScripts.contains(script.sha1());
  }

  void learned(LuaScript script) {
    knownScripts.add(script.sha1());
  }
}
