package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRulesTest {

  @Nested
  class In_this_repository {

    private final SourceRules rules = new SourceRules(House.ofThisBuild());

    @Test
    void every_main_package_is_null_marked() {
      assertThat(rules.packagesThatAreNotNullMarked()).isEmpty();
    }

    @Test
    void no_main_file_is_longer_than_five_hundred_lines() {
      assertThat(rules.filesThatAreTooLong()).isEmpty();
    }

    @Test
    void no_main_file_has_a_synchronized_block() {
      assertThat(rules.synchronizedBlocks()).isEmpty();
    }
  }

  @Nested
  class On_fixtures {

    @TempDir
    Path root;

    @Test
    void a_package_without_package_info_is_reported() throws IOException {
      source("Valve.java", "package dev.forebay.cache; class Valve {}");
      assertThat(rules().packagesThatAreNotNullMarked())
          .singleElement()
          .asString()
          .contains("cache/src/main/java/dev");
    }

    @Test
    void a_package_info_whose_annotation_is_only_a_comment_is_reported() throws IOException {
      source("package-info.java", "/** Not @NullMarked. */ package dev.forebay.cache;");
      assertThat(rules().packagesThatAreNotNullMarked()).hasSize(1);
    }

    @Test
    void a_null_marked_package_is_not_reported() throws IOException {
      source(
          "package-info.java", "@org.jspecify.annotations.NullMarked package dev.forebay.cache;");
      source("Valve.java", "package dev.forebay.cache; class Valve {}");
      assertThat(rules().packagesThatAreNotNullMarked()).isEmpty();
    }

    @Test
    void a_file_of_501_lines_is_reported_and_one_of_500_is_not() throws IOException {
      source("Long.java", "//\n".repeat(SourceRules.LONGEST_FILE + 1));
      source("Short.java", "//\n".repeat(SourceRules.LONGEST_FILE));
      assertThat(rules().filesThatAreTooLong())
          .singleElement()
          .asString()
          .contains("Long.java has 501 lines");
    }

    @Test
    void a_synchronized_block_is_reported_with_its_line_and_the_word_in_a_comment_is_not()
        throws IOException {
      source("Lock.java", """
          package dev.forebay.cache;
          class Lock { // never synchronized (this) {}
            Runnable run = () -> {
              synchronized (this) {}
            };
          }
          """);
      assertThat(rules().synchronizedBlocks()).singleElement().asString().contains("Lock.java:4");
    }

    private SourceRules rules() {
      return new SourceRules(House.at(root));
    }

    private void source(String name, String text) throws IOException {
      Path folder = Files.createDirectories(root.resolve("cache/src/main/java/dev/forebay/cache"));
      Files.writeString(root.resolve("cache/pom.xml"), "<project/>");
      Files.writeString(folder.resolve(name), text);
    }
  }
}
