package dev.forebay.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The scripts of {@link UsageLedger}, one method for each {@code .lua} file. */
final class UsageScripts {

  private static final LuaScript ADD_USAGE = LuaScript.beside(UsageScripts.class, "add_usage");
  private static final LuaScript READ_USAGE = LuaScript.beside(UsageScripts.class, "read_usage");

  private final RedisCommands redis;
  private final LimitKeys keys;

  UsageScripts(RedisCommands redis, LimitKeys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  /**
   * Adds what an instance counted; the reply is {@code ADDED}, {@code REPLAY} or {@code FORGOTTEN}.
   *
   * @param account a limiter, or {@link UsageLedger#ENDPOINTS}
   * @param flush its number, from 1 on
   * @param now ms since epoch, or empty for the time of the server
   * @param risen three bytes for each register that rose: two for its place, one for its value
   */
  Reply<ScriptReply> addUsage(
      String account,
      String instance,
      long flush,
      String now,
      byte[] risen,
      Map<String, Long> amounts,
      Map<String, Long> offenders) {
    List<byte[]> arguments = new ArrayList<>(5 + 2 * (amounts.size() + offenders.size()));
    arguments.add(LimitScripts.number(flush));
    arguments.add(now.getBytes(UTF_8));
    arguments.add(LimitScripts.number(LimiterTally.REGISTERS));
    arguments.add(risen);
    arguments.add(LimitScripts.number(amounts.size()));
    addAll(arguments, amounts);
    addAll(arguments, offenders);
    return redis.eval(
        ADD_USAGE,
        List.of(
            keys.usage(account),
            keys.offenders(account),
            keys.subjects(account),
            keys.flush(account, instance)),
        arguments);
  }

  private static void addAll(List<byte[]> arguments, Map<String, Long> amounts) {
    amounts.forEach((name, amount) -> {
      arguments.add(WireText.encode(name).getBytes(UTF_8));
      arguments.add(LimitScripts.number(amount));
    });
  }

  /**
   * Reads the sums of an account; the reply is as the script says.
   *
   * @param offenders how many to tell
   */
  Reply<ScriptReply> readUsage(String account, int offenders) {
    return redis.eval(
        READ_USAGE,
        List.of(keys.usage(account), keys.offenders(account), keys.subjects(account)),
        List.of(LimitScripts.number(offenders)));
  }
}
