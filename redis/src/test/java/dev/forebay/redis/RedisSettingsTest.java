package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {

  @Test
  void every_setting_can_come_from_the_environment() {
    RedisSettings settings = RedisSettings.fromEnvironment(Map.of(
        "REDIS_URL", "redis://ann:s%40cret@cache.example:6380/3",
        "FOREBAY_KEY_PREFIX", "prod_",
        "FOREBAY_COMMAND_TIMEOUT", "250ms",
        "FOREBAY_CONNECT_TIMEOUT", "PT3S"));

    assertThat(settings.address(Workload.CACHE)).isEqualTo("redis://cache.example:6380/3");
    assertThat(settings.keyPrefix()).isEqualTo("prod_");
    assertThat(settings.commandTimeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
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
        "redis://:s3cret@host/x"
      })
  void a_password_is_in_no_message(String url) {
    assertThatThrownBy(() -> RedisSettings.builder().uri(url).build())
        .isInstanceOf(ConfigurationException.class)
        .message()
        .doesNotContain("s3cret");
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
    "FOREBAY_ENABLED, yes",
    "FOREBAY_KEY_PREFIX, a{b}",
    "FOREBAY_KEY_PREFIX, *",
    "FOREBAY_COMMAND_TIMEOUT, fast",
    "FOREBAY_COMMAND_TIMEOUT, 0ms",
    "FOREBAY_COMMAND_TIMEOUT, 2m",
    "FOREBAY_CONNECT_TIMEOUT, 61s"
  })
  void a_bad_value_is_refused_with_its_setting(String setting, String value) {
    assertThatThrownBy(() ->
            RedisSettings.fromEnvironment(Map.of("REDIS_URL", "redis://host", setting, value)))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.setting()).isEqualTo(setting));
  }
}
