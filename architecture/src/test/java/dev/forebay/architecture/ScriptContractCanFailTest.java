package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptContractCanFailTest {

  private static final String PUT_ALL = """
      -- put_all: store each value, unless a newer one is there.
      -- KEYS[1..n]  string  version and value
      -- ARGV[1] now, ms since epoch; empty: the server's clock
      -- ARGV[2..n+1] values, one per key
      -- Returns the number of stored values. A replay stores the same again.
      local now = ARGV[1] -- KEYS[7] in a comment of the body is no use
      for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], "ARGV[8]", [[KEYS[6] ]] .. now) end
      return #KEYS
      """;

  @TempDir
  Path root;

  @BeforeEach
  void a_sound_script_with_its_method() throws IOException {
    Files.writeString(
        Files.createDirectories(root.resolve("cache")).resolve("pom.xml"), "<project/>");
    scripts("CacheScripts(Object redis) {} static CacheScripts on() { return null; } long"
        + " putAll() { return run(); }"
        + " private long run() { return 0; } @Override public String toString() {"
        + " return null; }");
    lua("put_all", PUT_ALL);
  }

  @Test
  void a_sound_script_is_not_reported() {
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_first_line_that_does_not_name_the_file_is_reported() throws IOException {
    lua("put_all", PUT_ALL.replace("-- put_all:", "-- putAll:"));
    assertReported("put_all.lua: the first line must be '-- put_all: what it does'");
  }

  @Test
  void an_undocumented_entry_is_reported() throws IOException {
    lua("put_all", PUT_ALL.replace("-- ARGV[1] now", "-- now"));
    assertReported("the body uses ARGV[1], which the header does not document");
  }

  @Test
  void a_documented_entry_that_nobody_uses_is_reported() throws IOException {
    lua("put_all", simple("-- KEYS[1] a KEYS[2] b", "return redis.call('GET', KEYS[1])"));
    assertReported("the header documents KEYS[2], which the body does not use");
  }

  @Test
  void a_loop_without_a_documented_range_is_reported() throws IOException {
    lua(
        "put_all",
        simple(
            "-- KEYS[1] a", "for _, key in ipairs(KEYS) do redis.call('GET', key, KEYS[1]) end"));
    assertReported("the header documents no range: write KEYS[1..n]");
  }

  @Test
  void an_open_range_without_a_loop_is_reported() throws IOException {
    lua("put_all", simple("-- KEYS[1..n] a", "return redis.call('GET', KEYS[1])"));
    assertReported("the header documents KEYS[1..], but the body does not loop over KEYS");
  }

  @Test
  void an_index_that_is_no_number_is_reported_in_a_header() throws IOException {
    lua("put_all", simple("-- KEYS[i] a", "return redis.call('GET', KEYS[1])"));
    assertReported("the header's KEYS[i] is not understood: write KEYS[1]");
  }

  @Test
  void the_usual_ways_to_document_a_range_are_understood() throws IOException {
    for (String range :
        List.of("KEYS[1..n]", "KEYS[1..]", "KEYS[1 .. n]", "KEYS[1...n]", "KEYS[1..2n+1]")) {
      lua("put_all", simple("-- " + range + " a", "return redis.call('MGET', unpack(KEYS))"));
      assertThat(violations()).as(range).isEmpty();
    }
    lua("put_all", simple("-- KEYS[1..2] a and b", "return redis.call('MGET', KEYS[1], KEYS[2])"));
    assertThat(violations()).isEmpty();
    lua("put_all", simple("-- KEYS[1] a KEYS[2] b", "local a, b = unpack(KEYS)"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_header_without_results_or_replay_is_reported() throws IOException {
    lua("put_all", PUT_ALL.replace("Returns", "Gives").replace("replay", "second call"));
    assertReported("no line '-- Returns ...'");
    assertReported("does not say what a replay does");
  }

  @Test
  void a_script_without_a_method_is_reported() throws IOException {
    lua("drop", PUT_ALL.replace("put_all", "drop"));
    assertReported("drop.lua: no method drop in a class ...Scripts of package dev.forebay.cache of"
        + " module cache");
  }

  @Test
  void a_script_in_another_folder_than_its_callers_package_is_reported() throws IOException {
    Path folder = root.resolve("cache/src/main/resources");
    Files.move(folder.resolve("dev/forebay/cache/put_all.lua"), folder.resolve("put_all.lua"));
    assertReported("cache/src/main/resources/put_all.lua: no method putAll");
    assertReported("CacheScripts.putAll in cache has no script: add dev/forebay/cache/put_all.lua");
  }

  @Test
  void two_methods_for_one_script_are_reported() throws IOException {
    scripts("long putAll() { return 0; } long putAll(int n) { return n; }");
    assertReported("2 methods putAll in [CacheScripts, CacheScripts]");
  }

  @Test
  void a_method_without_a_script_is_reported() throws IOException {
    scripts("long putAll() { return 0; } long refreshAhead() { return 0; }");
    assertReported("CacheScripts.refreshAhead in cache has no script: add"
        + " dev/forebay/cache/refresh_ahead.lua");
  }

  @Test
  void the_command_keys_is_reported_however_it_is_written() throws IOException {
    for (String call :
        List.of("redis.call(\"KEYS\", '*')", "redis.pcall ( 'keys' , '*')", "local c = [[Keys]]")) {
      lua("put_all", simple("", call));
      assertReported("the command KEYS blocks the server");
    }
  }

  @Test
  void random_numbers_are_reported() throws IOException {
    lua("put_all", simple("", "return math.random(9)"));
    assertReported("math.random makes replicas and tests differ");
  }

  private void assertReported(String fact) {
    assertThat(violations()).anySatisfy(violation -> assertThat(violation).contains(fact));
  }

  private List<String> violations() {
    return new ScriptContract(House.at(root)).violations();
  }

  private static String simple(String arguments, String body) {
    return "-- put_all: does it.\n" + (arguments.isEmpty() ? "" : arguments + "\n")
        + "-- Returns OK. A replay answers the same.\n" + body + "\n";
  }

  private void lua(String name, String text) throws IOException {
    Path folder =
        Files.createDirectories(root.resolve("cache/src/main/resources/dev/forebay/cache"));
    Files.writeString(folder.resolve(name + ".lua"), text);
  }

  private void scripts(String members) throws IOException {
    Path folder = Files.createDirectories(root.resolve("cache/src/main/java/dev/forebay/cache"));
    Files.writeString(
        folder.resolve("CacheScripts.java"),
        "package dev.forebay.cache; final class CacheScripts { " + members + " }");
  }
}
