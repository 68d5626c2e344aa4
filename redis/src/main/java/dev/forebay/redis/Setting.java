package dev.forebay.redis;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings by name: as environment variables and as properties. The only place that names them. */
enum Setting {
  URL("REDIS_URL", "redis.url"),
  CACHE_URL("FOREBAY_CACHE_URL", "forebay.cache.url"),
  QUEUE_URL("FOREBAY_QUEUE_URL", "forebay.queue.url"),
  SESSION_URL("FOREBAY_SESSION_URL", "forebay.session.url"),
  LIMITS_URL("FOREBAY_LIMITS_URL", "forebay.limits.url"),
  USERNAME("REDIS_USERNAME", "redis.username"),
  PASSWORD("REDIS_PASSWORD", "redis.password"),
  TLS("REDIS_TLS", "redis.tls"),
  TLS_CERTIFICATES("REDIS_TLS_CERTIFICATES", "redis.tls-certificates"),
  ENABLED("FOREBAY_ENABLED", "forebay.enabled"),
  ENVIRONMENT("FOREBAY_ENVIRONMENT", "forebay.environment"),
  KEY_PREFIX("FOREBAY_KEY_PREFIX", "forebay.key-prefix"),
  AVAILABILITY("FOREBAY_AVAILABILITY", "forebay.availability"),
  RECONNECT_ATTEMPTS("FOREBAY_RECONNECT_ATTEMPTS", "forebay.reconnect-attempts"),
  COMMAND_TIMEOUT("FOREBAY_COMMAND_TIMEOUT", "forebay.command-timeout"),
  CONNECT_TIMEOUT("FOREBAY_CONNECT_TIMEOUT", "forebay.connect-timeout"),
  SLOW_OPERATION("FOREBAY_SLOW_OPERATION", "forebay.slow-operation"),
  SLOW_LOADER("FOREBAY_SLOW_LOADER", "forebay.slow-loader");

  private static final Logger log = LoggerFactory.getLogger(RedisSettings.class);
  private static final Set<String> READ_ELSEWHERE =
      Set.of("FOREBAY_REDIS_BINARY", "FOREBAY_TEST_REDIS_URL", KeyRing.SETTING);

  private final String variable;
  private final String property;

  Setting(String variable, String property) {
    this.variable = variable;
    this.property = property;
  }

  /** Returns the environment variable. */
  String variable() {
    return variable;
  }

  /** Returns the property. */
  String property() {
    return property;
  }

  /** Returns the setting of a workload's own address. */
  static Setting urlOf(Workload workload) {
    return switch (workload) {
      case CACHE -> CACHE_URL;
      case QUEUE -> QUEUE_URL;
      case SESSION -> SESSION_URL;
      case LIMITS -> LIMITS_URL;
    };
  }

  /**
   * Warns of variables that look like ours and are not. They are not refused, as an environment may
   * hold such names for reasons of its own: Kubernetes adds some for a service called forebay.
   */
  static void warnOfUnknownVariables(Map<String, String> environment) {
    environment.keySet().stream()
        .filter(name -> name.startsWith("FOREBAY_") && !READ_ELSEWHERE.contains(name))
        .filter(name -> Arrays.stream(values()).noneMatch(known -> known.variable.equals(name)))
        .sorted()
        .forEach(name -> log.warn("There is no setting {}; it has no effect", name));
  }

  /**
   * Refuses properties of ours that do not exist, a misspelt one say.
   *
   * @throws ConfigurationException naming the first of them and those that exist
   */
  static void requireKnownProperties(Map<String, String> properties) {
    Optional<String> unknown = properties.keySet().stream()
        .filter(name -> name.startsWith("forebay.") || name.startsWith("redis."))
        .filter(name -> Arrays.stream(values()).noneMatch(known -> known.property.equals(name)))
        .sorted()
        .findFirst();
    if (unknown.isPresent()) {
      throw new ConfigurationException(
          unknown.get(),
          "there is no such property",
          "Known are "
              + Arrays.stream(values()).map(Setting::property).collect(Collectors.joining(", "))
              + ".");
    }
  }
}
