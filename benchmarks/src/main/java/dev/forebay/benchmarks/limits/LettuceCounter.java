package dev.forebay.benchmarks.limits;

import dev.forebay.benchmarks.Stage;
import dev.forebay.benchmarks.TextLettuce;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;

/** The least that a shared limit can do: a counter that expires, in one script. */
final class LettuceCounter implements Limiter {

  static final String CONFIGURATION = TextLettuce.CONFIGURATION
      + ", `EVALSHA` of a script that counts in windows and does nothing else";

  // KEYS[1] counter   ARGV[1] calls allowed   ARGV[2] ms of the window. Returns 1 if allowed.
  private static final String SCRIPT = """
      local count = redis.call('INCR', KEYS[1])
      if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
      return count <= tonumber(ARGV[1]) and 1 or 0
      """;

  private final TextLettuce lettuce;
  private final RedisCommands<String, String> redis;
  private final String digest;
  private final String calls;
  private final String millis;

  LettuceCounter(Stage stage, Allowance allowance) {
    lettuce = new TextLettuce(stage.uri());
    redis = lettuce.sync();
    digest = redis.scriptLoad(SCRIPT);
    calls = Long.toString(allowance.calls());
    millis = Long.toString(allowance.period().toMillis());
  }

  @Override
  public boolean tryAcquire(String key) {
    Long allowed =
        redis.evalsha(digest, ScriptOutputType.INTEGER, new String[] {key}, calls, millis);
    return allowed == 1;
  }

  @Override
  public void close() {
    lettuce.close();
  }
}
