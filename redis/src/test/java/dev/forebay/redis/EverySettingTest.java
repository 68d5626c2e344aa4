package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No setting is left out: not where it is read, not in the example, not in the documentation. */
@Tag("F2")
class EverySettingTest {

  /** A line of the example that sets something, or would without its number sign. */
  private static final Pattern LINE = Pattern.compile("(#?)([A-Z_]+)=(.*)");

  @ParameterizedTest
  @EnumSource
  void each_workload_has_a_variable_and_a_property_for_its_address(Workload workload) {
    String name = workload.name();
    RedisSettings byVariable = RedisSettings.fromEnvironment(
        Map.of("REDIS_URL", "redis://shared", "FOREBAY_" + name + "_URL", "redis://own:1/7"));
    RedisSettings byProperty = RedisSettings.fromProperties(Map.of(
        "redis.url",
        "redis://shared",
        "forebay." + name.toLowerCase(Locale.ROOT) + ".url",
        "redis://own:1/7"));

    for (Workload each : Workload.values()) {
      String address = each == workload
          ? "redis://own:1/7"
          : "redis://shared:6379" + (each == Workload.CACHE ? "" : "/" + each.databaseOffset());
      assertThat(byVariable.address(each)).isEqualTo(address);
      assertThat(byProperty.address(each)).isEqualTo(address);
    }
  }

  @Test
  void the_environment_is_read_from_the_environment() {
    assertThat(RedisSettings.fromEnvironment(
                Map.of("REDIS_URL", "redis://host", "FOREBAY_ENVIRONMENT", "prod"))
            .keyPrefix())
        .isEqualTo("prod_");
  }

  @Test
  void the_example_names_every_setting_and_can_be_read(@TempDir Path folder) throws IOException {
    Map<String, String> set = new LinkedHashMap<>();
    Map<String, String> proposed = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("..", ".env.example"))) {
      Matcher setting = LINE.matcher(line);
      if (setting.matches()) {
        (setting.group(1).isEmpty() ? set : proposed).put(setting.group(2), setting.group(3));
      }
    }
    Set<String> named = new TreeSet<>(set.keySet());
    named.addAll(proposed.keySet());
    Set<String> known = new TreeSet<>(Set.of(KeyRing.SETTING));
    Arrays.stream(Setting.values()).map(Setting::variable).forEach(known::add);
    assertThat(named).isEqualTo(known);

    assertThatCode(() -> RedisSettings.fromEnvironment(set)).doesNotThrowAnyException();
    proposed.forEach((name, value) -> {
      Map<String, String> environment = new HashMap<>(set);
      environment.put(name, value);
      switch (name) {
        case "REDIS_USERNAME" ->
          environment.put("REDIS_PASSWORD", proposed.getOrDefault("REDIS_PASSWORD", ""));
        case "FOREBAY_KEY_PREFIX" -> environment.remove("FOREBAY_ENVIRONMENT"); // it stands for one
        case "REDIS_TLS_CERTIFICATES" -> {
          environment.put("REDIS_TLS", "true");
          environment.put(name, folder.toString());
        }
        default -> {}
      }
      assertThat(value).as(name).isNotEmpty();
      assertThatCode(() -> RedisSettings.fromEnvironment(environment))
          .as("%s=%s", name, value)
          .doesNotThrowAnyException();
    });
  }

  @Test
  void the_documentation_names_every_setting_both_ways() throws IOException {
    String documentation = Files.readString(Path.of("..", "docs", "configuration.md"));
    assertThat(documentation).contains(KeyRing.SETTING);
    List<String> names = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      names.add(setting.variable());
      names.add(setting.property());
    }
    assertThat(names).allSatisfy(name -> assertThat(documentation).contains("`" + name + "`"));
  }
}
