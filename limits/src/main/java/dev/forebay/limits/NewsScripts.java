package dev.forebay.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The scripts of {@link LimitNews}, one method for each {@code .lua} file. */
final class NewsScripts {

  private static final LuaScript ANNOUNCE = script("announce");
  private static final LuaScript RESTORE = script("restore");
  private static final LuaScript READ_SETTINGS = script("read_settings");
  private static final LuaScript TELL_RETURN = script("tell_return");
  private static final LuaScript READ_RETURNS = script("read_returns");
  private static final LuaScript BEAT = script("beat");

  private final RedisCommands redis;
  private final LimitKeys keys;

  NewsScripts(RedisCommands redis, LimitKeys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  private static LuaScript script(String name) {
    return LuaScript.beside(NewsScripts.class, name);
  }

  /** Makes a change and tells all instances; the reply is what they are told, or {@code FULL}. */
  Reply<ScriptReply> announce(String what, String of, String other) {
    return redis.eval(
        ANNOUNCE,
        List.of(keys.version(), keys.rules(), keys.listed()),
        List.of(bytes(keys.newsChannel()), bytes(what), bytes(of), bytes(other)));
  }

  /**
   * Puts back a part of what Redis has lost; the reply is {@code TAKEN} or {@code CHANGED}.
   *
   * @param number of the latest change that is known
   * @param last whether all other parts were taken
   * @param limits by limiter
   * @param listed ms that are left of blocks, -1 for who is allowed, by subject
   */
  Reply<ScriptReply> restore(
      long number, boolean last, Map<String, String> limits, Map<String, Long> listed) {
    List<byte[]> arguments = new ArrayList<>(4 + 2 * (limits.size() + listed.size()));
    arguments.add(LimitScripts.number(number));
    arguments.add(bytes(keys.newsChannel()));
    arguments.add(bytes(last ? "LAST" : "PART"));
    arguments.add(LimitScripts.number(limits.size()));
    limits.forEach((limiter, limit) -> {
      arguments.add(bytes(limiter));
      arguments.add(bytes(limit));
    });
    listed.forEach((subject, left) -> {
      arguments.add(bytes(WireText.encode(subject)));
      arguments.add(LimitScripts.number(left));
    });
    return redis.eval(RESTORE, List.of(keys.version(), keys.rules(), keys.listed()), arguments);
  }

  /**
   * Reads what was changed at run time; the reply is as the script says.
   *
   * @param cursor {@code 0}, then as the reply before says
   * @param subjects about how many
   */
  Reply<ScriptReply> readSettings(String cursor, int subjects) {
    return redis.eval(
        READ_SETTINGS,
        List.of(keys.version(), keys.rules(), keys.listed()),
        List.of(bytes(cursor), LimitScripts.number(subjects)));
  }

  /** Tells all instances that permits of a subject came back; the reply is {@code TOLD}. */
  Reply<ScriptReply> tellReturn(String what, String limiter, String subject) {
    return redis.eval(
        TELL_RETURN,
        List.of(keys.returns()),
        List.of(bytes(keys.newsChannel()), bytes(what), bytes(limiter), bytes(subject)));
  }

  /**
   * Reads of which subjects permits came back; the reply is as the script says.
   *
   * @param known the number of the latest that is known, or -1
   */
  Reply<ScriptReply> readReturns(long known) {
    return redis.eval(READ_RETURNS, List.of(keys.returns()), List.of(LimitScripts.number(known)));
  }

  /**
   * Notes that an instance is alive; the reply is the number of the latest change, that of the latest
   * return of permits, and how many instances are alive.
   *
   * @param aliveMillis 0 if it goes
   * @param now ms since epoch, or empty for the time of the server
   */
  Reply<ScriptReply> beat(String instance, long aliveMillis, String now) {
    return redis.eval(
        BEAT,
        List.of(keys.version(), keys.returns(), keys.alive()),
        List.of(bytes(instance), LimitScripts.number(aliveMillis), bytes(now)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
