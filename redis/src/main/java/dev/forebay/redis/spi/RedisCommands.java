package dev.forebay.redis.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The Redis commands that features use, one round trip each. A call sends the command and returns
 * without waiting; {@link Reply#await()} waits. Each command is sent at most once: what was under
 * way when a connection was lost fails and is not repeated. Safe for concurrent use.
 *
 * <p>Expiry times are sent in whole milliseconds.
 */
public interface RedisCommands {

  /** {@code GET}. */
  Reply<Optional<byte[]>> get(String key);

  /** {@code MGET}; the reply has one element for each key, in their order. */
  Reply<List<Optional<byte[]>>> mget(List<String> keys);

  /** {@code SET key value PX ttl}; the reply is {@code OK}. */
  Reply<String> set(String key, byte[] value, Duration ttl);

  /** {@code UNLINK}; the reply counts the keys that existed. */
  Reply<Long> unlink(Collection<String> keys);

  /** {@code EXISTS}. */
  Reply<Boolean> exists(String key);

  /** {@code PTTL}; empty if the key does not exist or does not expire. */
  Reply<Optional<Duration>> ttl(String key);

  /** {@code PEXPIRE}; false if the key does not exist. */
  Reply<Boolean> expire(String key, Duration ttl);

  /**
   * {@code SCAN cursor MATCH pattern COUNT count}.
   *
   * @param cursor {@code "0"} to begin, then the cursor of the page before
   */
  Reply<ScanPage> scan(String cursor, String pattern, int count);

  /** {@code DBSIZE}. */
  Reply<Long> dbsize();

  /** {@code INFO section}. */
  Reply<String> info(String section);

  /**
   * {@code EVALSHA}, or {@code EVAL} where the server does not know the script yet. The script must
   * answer text: Lua's numbers are exact up to 2^53 only.
   */
  Reply<String> eval(LuaScript script, List<String> keys, List<byte[]> arguments);

  /**
   * One page of a scan.
   *
   * @param cursor where the next page begins; {@code "0"} after the last
   * @param keys the matching keys of this page, possibly none, possibly some seen before
   */
  record ScanPage(String cursor, List<String> keys) {

    /** Returns whether this was the last page. */
    public boolean isLast() {
      return cursor.equals("0");
    }
  }
}
