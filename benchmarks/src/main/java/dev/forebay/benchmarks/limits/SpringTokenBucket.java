package dev.forebay.benchmarks.limits;

import dev.forebay.benchmarks.Stage;
import java.util.List;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/** A token bucket in a script, run by Spring Data Redis: what Spring Cloud Gateway's limiter does. */
final class SpringTokenBucket implements Limiter {

  static final String CONFIGURATION = "a token bucket in Lua over two keys, in the manner of Spring"
      + " Cloud Gateway's limiter, by `StringRedisTemplate.execute` on one shared Lettuce connection";

  // Takes tokens from a bucket that fills steadily, or none. A replay takes tokens again.
  // KEYS[1] tokens left, a fraction   KEYS[2] when that was so, seconds since epoch with a fraction
  // ARGV[1] tokens a second   ARGV[2] capacity   ARGV[3] tokens asked for
  // Returns {1 or 0, tokens left}.
  private static final String LUA = """
      local tokens_key, timestamp_key = KEYS[1], KEYS[2]
      local rate, capacity, asked = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
      local time = redis.call('TIME')
      local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
      local left = tonumber(redis.call('GET', tokens_key) or capacity)
      local last = tonumber(redis.call('GET', timestamp_key) or now)
      left = math.min(capacity, left + math.max(0, now - last) * rate)
      local allowed = left >= asked
      if allowed then left = left - asked end
      local ttl = math.ceil(2 * capacity / rate)
      redis.call('SETEX', tokens_key, ttl, string.format('%.9f', left))
      redis.call('SETEX', timestamp_key, ttl, string.format('%.6f', now))
      return { allowed and 1 or 0, math.floor(left) }
      """;

  @SuppressWarnings("rawtypes") // as the template wants it
  private static final RedisScript<List> SCRIPT = RedisScript.of(LUA, List.class);

  private final LettuceConnectionFactory connections;
  private final StringRedisTemplate redis;
  private final String perSecond;
  private final String capacity;

  SpringTokenBucket(Stage stage, Allowance allowance) {
    RedisStandaloneConfiguration server =
        new RedisStandaloneConfiguration("127.0.0.1", stage.port());
    server.setDatabase(stage.database());
    connections = new LettuceConnectionFactory(server);
    connections.start();
    redis = new StringRedisTemplate(connections);
    perSecond = Double.toString((double) allowance.calls() / allowance.period().toSeconds());
    capacity = Long.toString(allowance.calls());
  }

  @Override
  public boolean tryAcquire(String key) {
    List<?> reply = redis.execute(
        SCRIPT,
        List.of("{" + key + "}.tokens", "{" + key + "}.timestamp"),
        perSecond,
        capacity,
        "1");
    return reply.get(0).equals(1L);
  }

  @Override
  public void close() {
    connections.destroy();
  }
}
