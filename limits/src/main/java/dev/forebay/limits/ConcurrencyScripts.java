package dev.forebay.limits;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.util.List;
import java.util.function.Supplier;

/** The scripts of {@link ConcurrencyLimiter}, one method for each {@code .lua} file. */
final class ConcurrencyScripts {

  private static final LuaScript ACQUIRE = script("acquire");
  private static final LuaScript RELEASE = script("release");
  private static final LuaScript RENEW = script("renew");

  private final RedisCommands redis;
  private final Supplier<String> now;

  /** @param now ms since epoch, or empty for the time of the server */
  ConcurrencyScripts(RedisCommands redis, Supplier<String> now) {
    this.redis = redis;
    this.now = now;
  }

  /** Takes a place; the reply is 0, or the ms until one is free at the latest. */
  Reply<ScriptReply> acquire(String key, String holder, int places, long millis) {
    return redis.eval(
        ACQUIRE,
        List.of(key),
        List.of(
            LimitScripts.text(now.get()),
            LimitScripts.text(holder),
            LimitScripts.number(places),
            LimitScripts.number(millis)));
  }

  /** Gives a place back; the reply is {@code RELEASED} or {@code GONE}. */
  Reply<ScriptReply> release(String key, String holder) {
    return redis.eval(RELEASE, List.of(key), List.of(LimitScripts.text(holder)));
  }

  /** Keeps a place for longer; the reply is {@code RENEWED} or {@code GONE}. */
  Reply<ScriptReply> renew(String key, String holder, long millis) {
    return redis.eval(
        RENEW,
        List.of(key),
        List.of(
            LimitScripts.text(now.get()), LimitScripts.text(holder), LimitScripts.number(millis)));
  }

  private static LuaScript script(String name) {
    return LuaScript.beside(ConcurrencyScripts.class, name).combinable();
  }
}
