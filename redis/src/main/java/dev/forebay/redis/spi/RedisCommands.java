package dev.forebay.redis.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The Redis commands that features use, one round trip each. A call sends the command and returns
 * without waiting; {@link Reply#await()} waits. Each command is sent at most once: what was under
 * way when a connection was lost fails and is not repeated. Safe for concurrent use.
 *
 * <p>On a cluster, commands of many keys are split by slot and sent at once; scripts are not. Expiry
 * times are sent in whole milliseconds.
 */
public interface RedisCommands {

  /**
   * Fails where each command would fail at once, before many are made in vain; counts as one of them.
   * Sends nothing and never blocks.
   *
   * @throws dev.forebay.redis.RedisUnavailableException while Redis is away, suspended or switched off
   */
  void requireConnection();

  /**
   * {@code GET}. Calls that many threads make at the same time go to a server as one {@code MGET},
   * on a cluster as one for each slot, each key once: callers then share the array, which nobody may
   * change. Among others, the value of a key that holds no string is empty; alone, it is an error.
   */
  Reply<Optional<byte[]>> get(String key);

  /**
   * {@code MGET}; the reply has one element for each key, in their order. As for {@link #get}, calls
   * at the same time may share one command and their values. Without keys, nothing is sent.
   */
  Reply<List<Optional<byte[]>>> mget(List<String> keys);

  /**
   * Returns commands of which {@link #get} and {@link #mget} ask a replica, on Sentinel and Cluster,
   * while one is connected, else the master. What they read may be as old as the replication's lag,
   * and older than what the same thread has just written.
   */
  RedisCommands onReplicas();

  /**
   * {@code SET key value PX ttl}; the reply is {@code OK}.
   *
   * @param value is not copied; leave it as it is until the reply
   */
  Reply<String> set(String key, byte[] value, Duration ttl);

  /** {@code UNLINK}; the reply counts the keys that existed. */
  Reply<Long> unlink(Collection<String> keys);

  /** {@code EXISTS}. */
  Reply<Boolean> exists(String key);

  /** {@code PTTL}; empty if the key does not exist or does not expire. */
  Reply<Optional<Duration>> ttl(String key);

  /** {@code PEXPIRE}; false if the key does not exist. */
  Reply<Boolean> expire(String key, Duration ttl);

  /** {@code MEMORY USAGE}, in bytes, all that Redis keeps about it included; empty without the key. */
  Reply<OptionalLong> memoryUsage(String key);

  /** {@code DBSIZE}; on a cluster the sum over its masters. */
  Reply<Long> dbsize();

  /** {@code INFO section}; on a cluster that of one node. */
  Reply<String> info(String section);

  /**
   * Finds keys by {@code SCAN}, page by page, on every master. Blocks for one round trip a page and
   * for {@code onPage}; the server is never blocked for longer than one page. A key may come twice,
   * and keys that come or go meanwhile may or may not be found, nor those whose slot moves meanwhile
   * from a master of a cluster to another one.
   *
   * @param pattern a glob pattern
   * @param pageSize about how many keys the server looks at for one page
   * @param onPage called with the keys of each page that has any; returns whether to go on
   * @return whether all keys were found that match and were there all the time; false if there was
   *     no going on, or slots of a cluster moved meanwhile or were between two masters
   * @throws dev.forebay.redis.RedisUnavailableException if Redis cannot be reached, or if a connection
   *     was lost meanwhile, even if there is another one by now; pages before that were delivered
   */
  boolean scan(String pattern, int pageSize, Predicate<List<String>> onPage);

  /**
   * {@code EVALSHA}, or {@code EVAL} where the server does not know the script yet. The script must
   * answer text, or a flat list of it: Lua's numbers are exact up to 2^53 only.
   *
   * <p>Calls of a {@linkplain LuaScript#combinable combinable} script that many threads make at the
   * same time go to the server as one; each has its own answer or error. A script that the server has
   * forgotten is sent once more when the server says so, which may be after commands that were
   * called later: a script must not rely on its place among them.
   *
   * @param keys all of one slot, if this is a cluster
   */
  Reply<ScriptReply> eval(LuaScript script, List<String> keys, List<byte[]> arguments);

  /**
   * {@code SUBSCRIBE}: tells {@code listener} of the messages of a channel from soon on, as long as
   * there is a connection. Messages sent while there is none are lost, and no message is sent twice.
   * One listener for each channel.
   *
   * @param listener called on a thread that reads for all others: it must not block
   */
  void subscribe(String channel, Consumer<String> listener);
}
