package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuildOrderTest {

  @Test
  void this_module_depends_on_every_module_with_tests_and_so_is_tested_last() {
    House house = House.ofThisBuild();
    List<String> known = Pom.of(house.root().resolve("architecture")).dependencies();
    List<String> forgotten = new ArrayList<>();
    for (MavenModule module : house.modules()) {
      if (Files.isDirectory(module.testSources()) && !module.name().equals("architecture")) {
        String artifact = Pom.of(module.folder()).artifact();
        if (!known.contains(artifact)) {
          forgotten.add(artifact);
        }
      }
    }
    assertThat(forgotten)
        .as("modules whose tests may run after this one: add them to architecture/pom.xml"
            + " with test scope")
        .isEmpty();
  }
}
