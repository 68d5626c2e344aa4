package dev.forebay.benchmarks.limits;

import dev.forebay.benchmarks.Stage;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/** A token bucket in a script, run by Spring Data Redis: what Spring Cloud Gateway's limiter does. */
final class SpringTokenBucket implements Limiter {

  static final String CONFIGURATION = "a token bucket in Lua over two keys, in the manner of Spring"
      + " Cloud Gateway's limiter, by `StringRedisTemplate.execute` on one shared Lettuce connection";

  @SuppressWarnings("rawtypes") // as the template wants it
  private static final RedisScript<List> SCRIPT = RedisScript.of(
      new ClassPathResource("token_bucket.lua", SpringTokenBucket.class), List.class);

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
