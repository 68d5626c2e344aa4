package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("RL5")
class LeaseOutageTest {

  @Test
  void a_check_of_which_the_answer_is_lost_is_not_sent_again_for_a_single_permit(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture instance = LimitsFixture.stepped(RedisSettings.builder()
            .uri(proxy.uri())
            .commandTimeout(Duration.ofSeconds(1))
            .build())) {
      AtomicInteger sent = new AtomicInteger();
      RateLimits limits =
          RateLimits.over(countingScripts(instance.redis.commands(), sent), "", () -> "");
      RateLimiter limiter = limits
          .limiter("events")
          .limit(300, Duration.ofHours(1))
          .leasing(100, Duration.ofMinutes(1))
          .build();
      proxy.stall(Direction.TO_CLIENT);

      Decision decision = limiter.check("user:alice");

      assertThat(sent).hasValue(1);
      assertThat(decision.isAllowed()).isTrue();
      assertThat(decision.source()).isEqualTo(Source.FALLBACK);
    }
  }

  private static RedisCommands countingScripts(RedisCommands redis, AtomicInteger sent) {
    return (RedisCommands) Proxy.newProxyInstance(
        RedisCommands.class.getClassLoader(),
        new Class<?>[] {RedisCommands.class},
        (self, method, arguments) -> {
          if (method.getName().equals("eval")) {
            sent.incrementAndGet();
          }
          return method.invoke(redis, arguments);
        });
  }
}
