package dev.forebay.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.util.List;

/** The scripts of {@link LimitNews}, one method for each {@code .lua} file. */
final class NewsScripts {

  private static final LuaScript ANNOUNCE = LuaScript.beside(NewsScripts.class, "announce");
  private static final LuaScript BEAT = LuaScript.beside(NewsScripts.class, "beat");
  private static final LuaScript READ_SETTINGS =
      LuaScript.beside(NewsScripts.class, "read_settings");

  private final RedisCommands redis;
  private final LimitKeys keys;

  NewsScripts(RedisCommands redis, LimitKeys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  /** Makes a change and tells all instances; the reply is what they are told, or {@code FULL}. */
  Reply<ScriptReply> announce(String what, String of, String other) {
    return redis.eval(
        ANNOUNCE,
        List.of(keys.news(), keys.rules(), keys.listed()),
        List.of(
            keys.newsChannel().getBytes(UTF_8),
            what.getBytes(UTF_8),
            of.getBytes(UTF_8),
            other.getBytes(UTF_8)));
  }

  /**
   * Notes that an instance is alive; the reply is the number of the latest change, and how many
   * instances are alive.
   *
   * @param aliveMillis 0 if it goes
   * @param now ms since epoch, or empty for the time of the server
   */
  Reply<ScriptReply> beat(String instance, long aliveMillis, String now) {
    return redis.eval(
        BEAT,
        List.of(keys.news(), keys.alive()),
        List.of(instance.getBytes(UTF_8), LimitScripts.number(aliveMillis), now.getBytes(UTF_8)));
  }

  /**
   * Reads what was changed at run time; the reply is as the script says.
   *
   * @param first of those listed, from 0 on
   * @param last of those listed
   */
  Reply<ScriptReply> readSettings(long first, long last) {
    return redis.eval(
        READ_SETTINGS,
        List.of(keys.news(), keys.rules(), keys.listed()),
        List.of(LimitScripts.number(first), LimitScripts.number(last)));
  }
}
