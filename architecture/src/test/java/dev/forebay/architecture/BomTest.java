package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BomTest {

  private final House house = House.ofThisBuild();
  private final Pom bom = Pom.of(house.root().resolve("bom"));

  @Test
  void every_published_module_is_in_it() {
    List<String> published = house.modules().stream()
        .map(module -> Pom.of(module.folder()))
        .filter(Pom::isPublishedJar)
        .map(Pom::artifact)
        .toList();

    assertThat(published)
        .contains("forebay", "forebay-cache")
        .doesNotContain("forebay-marketplace");
    assertThat(bom.dependencies().stream().filter(artifact -> artifact.startsWith("forebay")))
        .as("add the module to bom/pom.xml, or set maven.deploy.skip in its own")
        .containsExactlyInAnyOrderElementsOf(published);
  }

  @ParameterizedTest
  @CsvSource({
    "lettuce.version, lettuce-core, io.lettuce.core.RedisClient",
    "netty.version, netty-common, io.netty.util.Timer",
    "reactor-core.version, reactor-core, reactor.core.publisher.Mono"
  })
  void it_names_the_versions_that_this_build_tests_with(
      String property, String artifact, String type) throws Exception {
    Path jar = Path.of(
        Class.forName(type).getProtectionDomain().getCodeSource().getLocation().toURI());

    assertThat(jar.getFileName())
        .as("correct %s in bom/pom.xml", property)
        .hasToString(artifact + "-" + bom.property(property) + ".jar");
  }
}
