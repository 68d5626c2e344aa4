package dev.forebay.redis;

import dev.forebay.redis.spi.LuaScript;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.protocol.RedisCommand;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One connection from its establishment to its loss, to a server or to all nodes of a cluster, and
 * what its servers are known to hold.
 */
final class Link {

  private final StatefulConnection<String, byte[]> connection;
  private final RedisClusterAsyncCommands<String, byte[]> commands;
  private final boolean sharded;
  private final Set<String> knownScripts = ConcurrentHashMap.newKeySet();

  private Link(
      StatefulConnection<String, byte[]> connection,
      RedisClusterAsyncCommands<String, byte[]> commands,
      boolean sharded) {
    this.connection = connection;
    this.commands = commands;
    this.sharded = sharded;
  }

  static Link of(StatefulRedisConnection<String, byte[]> connection) {
    return new Link(connection, connection.async(), false);
  }

  static Link of(StatefulRedisClusterConnection<String, byte[]> connection) {
    return new Link(connection, connection.async(), true);
  }

  StatefulConnection<String, byte[]> connection() {
    return connection;
  }

  /** Returns the commands that a single server and a cluster have in common. */
  RedisClusterAsyncCommands<String, byte[]> commands() {
    return commands;
  }

  /** Sends commands together, by one flush for each connection underneath. */
  void dispatch(Collection<? extends RedisCommand<String, byte[], ?>> batch) {
    connection.dispatch(batch);
  }

  /** Returns whether keys are spread over several nodes by their slots. */
  boolean isSharded() {
    return sharded;
  }

  /** Returns whether a server was sent the script's text before on this connection. */
  boolean knows(LuaScript script) {
    return knownScripts.contains(script.sha1());
  }

  void learned(LuaScript script) {
    knownScripts.add(script.sha1());
  }
}
