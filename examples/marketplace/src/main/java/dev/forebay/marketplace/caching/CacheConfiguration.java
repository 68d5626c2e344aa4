package dev.forebay.marketplace.caching;

import dev.forebay.Forebay;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.RedisSettings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Connects Forebay to the Redis that the environment names, or starts one, which then ends after it. */
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {

  @Bean
  @Conditional(NeedsOwnRedis.class)
  EmbeddedRedis embeddedRedis() {
    return EmbeddedRedis.builder().start();
  }

  @Bean
  Forebay forebay(
      ConfigurableEnvironment environment,
      @Nullable EmbeddedRedis embeddedRedis,
      CacheReads reads) {
    Map<String, String> settings = settings(environment);
    if (embeddedRedis != null) {
      settings.put("REDIS_URL", embeddedRedis.uri());
    }
    Forebay forebay = Forebay.connect(RedisSettings.fromEnvironment(settings));
    forebay.caches().addListener(reads);
    return forebay;
  }

  /** Returns what Forebay's own names are set to, by environment variable or on the command line. */
  private static Map<String, String> settings(ConfigurableEnvironment environment) {
    Map<String, String> settings = new HashMap<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> known) {
        for (String name : known.getPropertyNames()) {
          if (name.startsWith("REDIS_") || name.startsWith("FOREBAY_")) {
            settings.put(name, environment.getProperty(name, ""));
          }
        }
      }
    }
    return settings;
  }

  static final class NeedsOwnRedis implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      Environment environment = context.getEnvironment();
      return environment.getProperty("REDIS_URL", "").isBlank()
          && environment.getProperty("FOREBAY_CACHE_URL", "").isBlank()
          && !environment.getProperty("FOREBAY_ENABLED", "").equalsIgnoreCase("false");
    }
  }
}
