package dev.forebay.limits;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The scripts of this module, one method for each {@code .lua} file. */
final class LimitScripts {

  private static final LuaScript CHECK =
      LuaScript.beside(LimitScripts.class, "check").combinableAsItIs();

  private final RedisCommands redis;
  private final Supplier<String> now;

  /** @param now ms since epoch, or empty for the time of the server */
  LimitScripts(RedisCommands redis, Supplier<String> now) {
    this.redis = redis;
    this.now = now;
  }

  /**
   * What is asked of one limit: one key and two arguments.
   *
   * @param cost a number, or what is told of strikes
   */
  record Question(String key, EncodedRule rule, String cost) {}

  /**
   * Asks limits of one subject; the reply is 25 bytes for each: a letter, permits remaining, ms to
   * reset, ms to retry.
   *
   * @param mode {@code take}, {@code look}, {@code refund}, {@code reset} or {@code strike}
   */
  Reply<ScriptReply> check(String mode, List<Question> questions) {
    List<String> keys = new ArrayList<>(questions.size());
    List<byte[]> arguments = new ArrayList<>(2 + 2 * questions.size());
    arguments.add(text(now.get()));
    arguments.add(text(mode));
    for (Question question : questions) {
      keys.add(question.key());
      arguments.add(question.rule().text());
      arguments.add(text(question.cost()));
    }
    return redis.eval(CHECK, keys, arguments);
  }

  static byte[] number(long number) {
    return text(Long.toString(number));
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
