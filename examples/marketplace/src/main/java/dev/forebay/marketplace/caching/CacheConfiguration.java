package dev.forebay.marketplace.caching;

import dev.forebay.Forebay;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.RedisSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Connects Forebay to the Redis that the environment names, or starts one. */
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {

  private static final List<String> SETTINGS = List.of(
      "REDIS_URL",
      "FOREBAY_ENABLED",
      "FOREBAY_KEY_PREFIX",
      "FOREBAY_COMMAND_TIMEOUT",
      "FOREBAY_CONNECT_TIMEOUT");

  @Bean
  @Conditional(NeedsOwnRedis.class)
  EmbeddedRedis embeddedRedis() {
    return EmbeddedRedis.builder().start();
  }

  @Bean
  Forebay forebay(
      Environment environment, ObjectProvider<EmbeddedRedis> embeddedRedis, CacheReads reads) {
    Map<String, String> settings = new HashMap<>();
    for (String name : SETTINGS) {
      settings.put(name, environment.getProperty(name, ""));
    }
    embeddedRedis.ifAvailable(redis -> settings.put("REDIS_URL", redis.uri()));
    Forebay forebay = Forebay.connect(RedisSettings.fromEnvironment(settings));
    forebay.addCacheListener(reads);
    return forebay;
  }

  static final class NeedsOwnRedis implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      Environment environment = context.getEnvironment();
      return environment.getProperty("REDIS_URL", "").isBlank()
          && !environment.getProperty("FOREBAY_ENABLED", "").equalsIgnoreCase("false");
    }
  }
}
