package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.util.List;

/** The scripts of {@link CacheSwitches}, one method for each {@code .lua} file. */
final class SwitchScripts {

  private static final LuaScript READ_SWITCHES =
      LuaScript.beside(SwitchScripts.class, "read_switches");
  private static final LuaScript SET_SWITCH = LuaScript.beside(SwitchScripts.class, "set_switch");
  private static final LuaScript RESTORE_SWITCH =
      LuaScript.beside(SwitchScripts.class, "restore_switch");

  private final RedisCommands redis;

  SwitchScripts(RedisCommands redis) {
    this.redis = redis;
  }

  /** Reads all switches; the reply alternates caches and {@code <revision> <mode>}. */
  Reply<ScriptReply> readSwitches(String switches) {
    return redis.eval(READ_SWITCHES, List.of(switches), List.of());
  }

  /** Sets a switch; the reply is its revision. */
  Reply<ScriptReply> setSwitch(String switches, String cache, String mode) {
    return redis.eval(
        SET_SWITCH, List.of(switches), List.of(cache.getBytes(UTF_8), mode.getBytes(UTF_8)));
  }

  /** Sets a switch that Redis has lost; the reply is {@code RESTORED} or {@code PRESENT}. */
  Reply<ScriptReply> restoreSwitch(String switches, String cache, long revision, String mode) {
    return redis.eval(
        RESTORE_SWITCH,
        List.of(switches),
        List.of(cache.getBytes(UTF_8), (revision + " " + mode).getBytes(UTF_8)));
  }
}
