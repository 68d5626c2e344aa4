package dev.forebay.marketplace.limiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.redis.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class LimitSettingsTest {

  @Test
  void limits_are_set_by_environment_variables_and_properties() {
    LimitSettings variables = read(new SystemEnvironmentPropertySource(
        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
        Map.of("MARKETPLACE_LIMITS_SEARCH", "3000", "MARKETPLACE_LIMITS_APIADDRESS", "100000")));
    assertThat(variables.permits(MarketLimit.SEARCH)).contains(3_000L);
    assertThat(variables.permits(MarketLimit.API_ADDRESS)).contains(100_000L);
    assertThat(variables.permits(MarketLimit.SIGN_IN)).isEmpty();

    LimitSettings properties = read(properties("marketplace.limits.api-address", "7"));
    assertThat(properties.permits(MarketLimit.API_ADDRESS)).contains(7L);
  }

  @ParameterizedTest
  @CsvSource({
    "marketplace.limits.serach, 3, names no limit",
    "marketplace.limits.search, 0, allows 0",
    "marketplace.limits.search, -5, allows -5",
    "marketplace.limits.search, 2000000000, allows 2000000000"
  })
  void a_limit_that_cannot_be_is_refused_by_its_name(String name, String value, String problem) {
    assertThatThrownBy(() -> read(properties(name, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(name + ": " + problem);
  }

  private static PropertySource<?> properties(String name, String value) {
    return new MapPropertySource("test", Map.of(name, value));
  }

  private static LimitSettings read(PropertySource<?> source) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .forEach(before -> environment.getPropertySources().remove(before.getName()));
    environment.getPropertySources().addFirst(source);
    ConfigurationPropertySources.attach(environment);
    return LimitSettings.read(environment);
  }
}
