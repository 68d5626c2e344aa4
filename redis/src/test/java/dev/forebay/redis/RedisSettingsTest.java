package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class RedisSettingsTest {

  @Test
  @Tag("F2")
  void every_setting_can_come_from_the_environment() {
    RedisSettings settings = RedisSettings.fromEnvironment(Map.of(
        "REDIS_URL", "redis://ann:s%40cret@cache.example:6380/3",
        "FOREBAY_KEY_PREFIX", "prod_",
        "FOREBAY_COMMAND_TIMEOUT", "250ms",
        "FOREBAY_CONNECT_TIMEOUT", "PT3S",
        "FOREBAY_SLOW_OPERATION", "20ms",
        "FOREBAY_SLOW_LOADER", "2s"));

    assertThat(settings.address(Workload.CACHE)).isEqualTo("redis://cache.example:6380/3");
    assertThat(settings.keyPrefix()).isEqualTo("prod_");
    assertThat(settings.commandTimeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.slowOperation()).isEqualTo(Duration.ofMillis(20));
    assertThat(settings.slowLoader()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.enabled()).isTrue();
  }

  @Test
  void without_a_url_the_environment_is_refused_with_what_to_set() {
    assertThatThrownBy(() -> RedisSettings.fromEnvironment(Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("REDIS_URL: it is not set")
        .hasMessageContaining("FOREBAY_ENABLED=false");
  }

  @Test
  void switched_off_needs_no_url() {
    assertThat(RedisSettings.fromEnvironment(Map.of("FOREBAY_ENABLED", "false")).enabled())
        .isFalse();
  }

  @ParameterizedTest
  @Tag("F2")
  @ValueSource(
      strings = {
        "localhost:6379",
        "http://localhost",
        "redis://",
        "redis://host:0",
        "redis://host:65536",
        "redis://host/one",
        "redis://host?timeout=1s",
        "redis://ho st",
        "redis:// "
      })
  void a_malformed_url_is_refused_with_setting_and_cure(String url) {
    assertThatThrownBy(() -> RedisSettings.fromEnvironment(Map.of("REDIS_URL", url)))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.setting()).isEqualTo("REDIS_URL"))
        .hasMessageContaining("redis://[user:password@]host[:port][/database]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://:s3cret@host",
        "redis://u:s3cret@ho st",
        "u:s3cret@host",
        "redis://:s3cret@host/x",
        "redis://host:6379?password=s3cret",
        "host.example:6380,password=s3cret,ssl=True",
        "redis://:s3cret",
        "redis://u:s3cret",
        "redis://ann:12/s3cret@host/x",
        "redis://p@s3cret@host",
        "redis://u:%s3cret@host",
        "redis-sentinel://:s3cret@host",
        "redis://:p@x#s3cret@host",
        "redis://:p@x#s3cret",
        "redis-sentinel://:p@x#s3cret@host:26379#main",
        "redis-sentinel://:p@x#s3cret!",
        "redis-cluster://:p@x#s3cret@host",
        "redis://s3cret:@host",
        "s3cret:1234",
        "s3cret@host",
        "s3cret"
      })
  void a_password_is_in_no_message(String url) {
    assertThatThrownBy(() -> RedisSettings.builder().uri(url).build())
        .isInstanceOf(ConfigurationException.class)
        .message()
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://u:123456",
        "redis://u:p@x:123456",
        "redis-cluster://:p@x/123456",
        "redis-cluster://:p@x/1234",
        "ann:12345"
      })
  void a_number_that_may_be_a_password_is_in_no_message(String url) {
    assertThatThrownBy(() -> RedisSettings.builder().uri(url).build())
        .isInstanceOf(ConfigurationException.class)
        .message()
        .doesNotContain("123");
  }

  @Test
  void a_password_is_not_in_the_text_of_the_settings() {
    assertThat(RedisSettings.builder().uri("redis://u:s3cret@host").build())
        .asString()
        .doesNotContain("s3cret")
        .contains("redis://host:6379");
  }

  @ParameterizedTest
  @CsvSource({
    "FOREBAY_ENABLED, yes, 'yes'",
    "FOREBAY_KEY_PREFIX, a{b}, 'a{b}'",
    "FOREBAY_KEY_PREFIX, *, '*'",
    "FOREBAY_COMMAND_TIMEOUT, fast, 'fast'",
    "FOREBAY_COMMAND_TIMEOUT, 0ms, PT0S",
    "FOREBAY_COMMAND_TIMEOUT, 2m, '2m'",
    "FOREBAY_CONNECT_TIMEOUT, 61s, PT1M1S",
    "FOREBAY_SLOW_OPERATION, 0s, PT0S",
    "FOREBAY_SLOW_LOADER, slow, 'slow'"
  })
  void a_bad_value_is_refused_with_its_setting_and_cure(
      String setting, String value, String shown) {
    assertThatThrownBy(() ->
            RedisSettings.fromEnvironment(Map.of("REDIS_URL", "redis://host", setting, value)))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.setting()).isEqualTo(setting))
        .hasMessageStartingWith(setting + ": ")
        .hasMessageContaining("'" + shown + "'")
        .hasMessageMatching(".* Use .*");
  }

  @Test
  void credentials_may_stand_apart_from_the_address() {
    RedisSettings settings = RedisSettings.fromEnvironment(Map.of(
        "REDIS_URL",
        "redis://host",
        "REDIS_USERNAME",
        "ann",
        "REDIS_PASSWORD",
        "s3cret ",
        "REDIS_TLS",
        "true"));

    RedisAddress address = settings.addressOf(Workload.QUEUE);
    assertThat(address.username()).contains("ann");
    assertThat(address.password()).contains("s3cret ");
    assertThat(address).hasToString("rediss://host:6379/1");
    assertThat(settings.toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://ann:s3cret@host, REDIS_PASSWORD, 0ther",
    "redis://ann:s3cret@host, REDIS_USERNAME, bob",
    "redis://host, REDIS_USERNAME, bob"
  })
  void contradicting_or_half_credentials_are_refused(String url, String setting, String value) {
    assertThatThrownBy(
            () -> RedisSettings.fromEnvironment(Map.of("REDIS_URL", url, setting, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("REDIS_")
        .message()
        .doesNotContain("s3cret")
        .doesNotContain("0ther");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://my_redis, redis://my_redis:6379",
    "REDIS://Host:1, redis://Host:1",
    "redis://[::1]:6379, redis://[::1]:6379",
    "'redis-sentinel://a,b:1,c/2#main', 'redis-sentinel://a:26379,b:1,c:26379/2#main'",
    "'rediss-cluster://a,b:7000', 'rediss-cluster://a:6379,b:7000'",
    "redis://u:p%40%2B+ss@host, redis://host:6379"
  })
  void every_form_of_address_is_understood(String url, String address) {
    assertThat(RedisSettings.builder().uri(url).build().address(Workload.CACHE)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://a,b",
        "redis-sentinel://a",
        "redis://a#main",
        "redis-cluster://a/1",
        "redis-cluster://a,,b"
      })
  void an_address_that_does_not_fit_its_topology_is_refused(String url) {
    assertThatThrownBy(() -> RedisSettings.builder().uri(url).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("REDIS_URL: ");
  }

  @Test
  void the_environment_stands_for_a_prefix() {
    assertThat(RedisSettings.builder().environment("prod").build().keyPrefix()).isEqualTo("prod_");
    assertThatThrownBy(
            () -> RedisSettings.builder().environment("prod").keyPrefix("x_").build())
        .hasMessageContaining("Set one of the two");
    assertThatThrownBy(() -> RedisSettings.builder().environment("a b").build())
        .hasMessageContaining("'a b'");
  }

  @Test
  void a_misspelt_property_is_refused_and_others_are_ignored() {
    assertThatThrownBy(() -> RedisSettings.fromProperties(
            Map.of("redis.url", "redis://host", "forebay.key-prefx", "x_")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("forebay.key-prefx: there is no such property")
        .hasMessageContaining("forebay.key-prefix");
    assertThat(
            RedisSettings.fromProperties(Map.of("redis.url", "redis://host", "server.port", "80"))
                .enabled())
        .isTrue();
  }

  @Test
  void a_misspelt_variable_is_warned_of_and_its_value_is_not_quoted() {
    Logger logger = (Logger) LoggerFactory.getLogger(RedisSettings.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.WARN);
    logger.setAdditive(false);
    try {
      RedisSettings.fromEnvironment(
          Map.of("REDIS_URL", "redis://host", "FOREBAY_REDIS_PASWORD", "s3cret"));
    } finally {
      logger.detachAppender(log);
      logger.setLevel(null);
      logger.setAdditive(true);
    }

    assertThat(List.copyOf(log.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .contains("There is no setting FOREBAY_REDIS_PASWORD; it has no effect")
        .noneMatch(message -> message.contains("s3cret"));
  }

  @Test
  void availability_and_attempts_are_checked() {
    RedisSettings settings = RedisSettings.fromEnvironment(Map.of(
        "REDIS_URL",
        "redis://host",
        "FOREBAY_AVAILABILITY",
        "Required",
        "FOREBAY_RECONNECT_ATTEMPTS",
        "3"));

    assertThat(settings.availability()).isEqualTo(Availability.REQUIRED);
    assertThat(settings.reconnectAttempts()).isEqualTo(3);
    for (String attempts : List.of("0", "1001", "many")) {
      assertThatThrownBy(() -> RedisSettings.fromEnvironment(
              Map.of("REDIS_URL", "redis://host", "FOREBAY_RECONNECT_ATTEMPTS", attempts)))
          .hasMessageContaining("FOREBAY_RECONNECT_ATTEMPTS")
          .hasMessageContaining(attempts);
    }
    assertThatThrownBy(() -> RedisSettings.fromEnvironment(
            Map.of("REDIS_URL", "redis://host", "FOREBAY_AVAILABILITY", "maybe")))
        .hasMessageContaining("'maybe' is neither optional nor required");
  }

  @Test
  void tls_settings_that_would_have_no_effect_are_refused(@TempDir Path folder) throws IOException {
    String certificates = Files.createFile(folder.resolve("ca.pem")).toString();

    assertThatThrownBy(() -> RedisSettings.fromEnvironment(
            Map.of("REDIS_URL", "redis://host", "REDIS_TLS_CERTIFICATES", certificates)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("REDIS_TLS_CERTIFICATES: no connection uses TLS")
        .hasMessageContaining("REDIS_TLS=true");
    assertThatThrownBy(() -> RedisSettings.fromProperties(
            Map.of("redis.url", "rediss://host", "redis.tls", "false")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("redis.tls: it is false")
        .hasMessageContaining("in redis.url begins with rediss");
  }

  @Test
  void tls_settings_that_have_an_effect_are_taken(@TempDir Path folder) throws IOException {
    String certificates = Files.createFile(folder.resolve("ca.pem")).toString();
    List<Map<String, String>> environments = List.of(
        Map.of("REDIS_URL", "rediss://host", "REDIS_TLS_CERTIFICATES", certificates),
        Map.of(
            "REDIS_URL", "redis://host",
            "REDIS_TLS", "true",
            "REDIS_TLS_CERTIFICATES", certificates),
        Map.of(
            "REDIS_URL", "redis://host",
            "FOREBAY_CACHE_URL", "rediss://other",
            "REDIS_TLS_CERTIFICATES", certificates));
    for (Map<String, String> environment : environments) {
      RedisSettings settings = RedisSettings.fromEnvironment(environment);
      assertThat(settings.tlsCertificates()).contains(Path.of(certificates));
      assertThat(settings.addressOf(Workload.CACHE).tls()).isTrue();
    }
    RedisSettings plain =
        RedisSettings.fromEnvironment(Map.of("REDIS_URL", "redis://host", "REDIS_TLS", "false"));
    assertThat(plain.addressOf(Workload.CACHE).tls()).isFalse();
    assertThat(RedisSettings.fromEnvironment(
                Map.of("FOREBAY_ENABLED", "false", "REDIS_TLS_CERTIFICATES", certificates))
            .enabled())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "redis.username, ann, redis.password",
    "redis.tls-certificates, /no/such.pem, redis.tls-certificates",
    "forebay.environment, a b, forebay.environment",
    "forebay.key-prefix, *, forebay.key-prefix",
    "forebay.reconnect-attempts, 0, forebay.reconnect-attempts",
    "forebay.command-timeout, 0ms, forebay.command-timeout",
    "forebay.cache.url, host, forebay.cache.url"
  })
  void a_bad_property_is_refused_by_the_name_of_a_property(
      String property, String value, String named) {
    assertThatThrownBy(() ->
            RedisSettings.fromProperties(Map.of("redis.url", "redis://host", property, value)))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.setting()).isEqualTo(named))
        .message()
        .doesNotContain("REDIS_")
        .doesNotContain("FOREBAY_");
  }

  @Test
  void certificates_that_cannot_be_read_are_refused() {
    assertThatThrownBy(() -> RedisSettings.fromEnvironment(
            Map.of("REDIS_URL", "rediss://host", "REDIS_TLS_CERTIFICATES", "/no/such.pem")))
        .hasMessageContaining("REDIS_TLS_CERTIFICATES: '/no/such.pem' cannot be read");
  }
}
