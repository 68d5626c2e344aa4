package dev.forebay.cache;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The scripts of this module, one method for each {@code .lua} file. */
final class CacheScripts {

  private static final LuaScript ADD_TO_COUNTER = script("add_to_counter");
  private static final LuaScript TAKE_LEASE = script("take_lease");
  private static final LuaScript RENEW_LEASE = script("renew_lease");
  private static final LuaScript RELEASE_LEASE = script("release_lease");
  private static final LuaScript FILL = script("fill");
  private static final LuaScript OVERWRITE = script("overwrite");
  private static final LuaScript REPLACE = script("replace");
  private static final LuaScript INVALIDATE = script("invalidate");
  private static final LuaScript BLOCK = script("block");
  private static final LuaScript ENSURE_EPOCH = script("ensure_epoch");

  private final RedisCommands redis;

  CacheScripts(RedisCommands redis) {
    this.redis = redis;
  }

  /** Adds to a counter; the reply is the sum. */
  Reply<ScriptReply> addToCounter(String counter, long amount, long ttlMillis) {
    return redis.eval(ADD_TO_COUNTER, List.of(counter), List.of(number(amount), number(ttlMillis)));
  }

  /**
   * Asks for the right to load an entry; the reply is {@code PRESENT}, {@code GRANTED}, {@code BUSY}
   * or {@code BLOCKED}.
   *
   * @param any whether to ask even if there is an entry
   */
  Reply<ScriptReply> takeLease(
      EntryId id, String token, long leaseMillis, String waiter, boolean any) {
    return redis.eval(
        TAKE_LEASE,
        List.of(id.name(), id.lease()),
        List.of(text(token), number(leaseMillis), text(waiter), text(any ? "any" : "absent")));
  }

  /** Lets a lease run on; the reply is {@code RENEWED} or {@code LOST}. */
  Reply<ScriptReply> renewLease(String lease, String token, long leaseMillis) {
    return redis.eval(RENEW_LEASE, List.of(lease), List.of(text(token), number(leaseMillis)));
  }

  /** Ends a lease without an entry; the reply is {@code RELEASED} or {@code LOST}. */
  Reply<ScriptReply> releaseLease(EntryId id, String token, String channels) {
    return redis.eval(
        RELEASE_LEASE, List.of(id.lease()), List.of(text(token), text(channels), text(id.name())));
  }

  /** Stores what the holder of a lease loaded; the reply is {@code FILLED} or {@code LOST}. */
  Reply<ScriptReply> fill(EntryId id, String token, byte[] bytes, long ttlMillis, String channels) {
    return redis.eval(
        FILL,
        List.of(id.name(), id.lease()),
        List.of(text(token), bytes, number(ttlMillis), text(channels)));
  }

  /** Stores an entry whatever there is; the reply is {@code OK}, or {@code BLOCKED} if it was deleted. */
  Reply<ScriptReply> overwrite(
      String name, String lease, byte[] bytes, long ttlMillis, String channels) {
    return redis.eval(
        OVERWRITE, List.of(name, lease), List.of(bytes, number(ttlMillis), text(channels)));
  }

  /**
   * Stores an entry in place of the one that was read; the reply is {@code REPLACED} or {@code
   * CHANGED}.
   */
  Reply<ScriptReply> replace(String name, byte[] read, byte[] bytes, long ttlMillis) {
    return redis.eval(REPLACE, List.of(name), List.of(read, bytes, number(ttlMillis)));
  }

  /**
   * Deletes an entry and ends a block; the reply is 1 if there was one, else 0.
   *
   * @param block token of the block, or empty to end none
   */
  Reply<ScriptReply> invalidate(String name, String lease, String block, String channels) {
    return redis.eval(INVALIDATE, List.of(name, lease), List.of(text(block), text(channels)));
  }

  /**
   * Deletes an entry and keeps loads from being stored for a time; the reply is 1 if there was one,
   * else 0.
   */
  Reply<ScriptReply> block(EntryId id, String token, long blockMillis, String channels) {
    return redis.eval(
        BLOCK,
        List.of(id.name(), id.lease()),
        List.of(text(token), number(blockMillis), text(channels)));
  }

  /** Begins an epoch where there is none, else lets it live on; the reply is the epoch that holds. */
  Reply<ScriptReply> ensureEpoch(String epoch, String candidate, long ttlMillis) {
    return redis.eval(ENSURE_EPOCH, List.of(epoch), List.of(text(candidate), number(ttlMillis)));
  }

  private static LuaScript script(String name) {
    return LuaScript.beside(CacheScripts.class, name).combinable();
  }

  static byte[] number(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
