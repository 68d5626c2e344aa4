package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HouseTest {

  @TempDir
  Path root;

  @Test
  void modules_are_found_at_the_root_and_one_folder_below_but_never_in_build_output()
      throws IOException {
    module("cache");
    module("examples/marketplace");
    module("cache/target/leftover");
    module(".hidden");
    assertThat(House.at(root).modules())
        .extracting(MavenModule::name)
        .containsExactly("cache", "examples/marketplace");
  }

  @Test
  void a_missing_property_names_the_cure() {
    assertThatThrownBy(() -> House.required("forebay.not.set"))
        .hasMessageContaining("forebay.not.set")
        .hasMessageContaining("mvn verify");
  }

  @Test
  void this_build_knows_its_own_root() {
    assertThat(House.ofThisBuild().modules())
        .extracting(MavenModule::name)
        .contains("architecture");
  }

  private void module(String name) throws IOException {
    Files.writeString(Files.createDirectories(root.resolve(name)).resolve("pom.xml"), "<project/>");
  }
}
