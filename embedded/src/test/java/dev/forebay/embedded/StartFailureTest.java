package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Isolated, since it looks that a failed start leaves none of this JVM's folders behind. */
@Isolated
class StartFailureTest {

  @TempDir
  Path temp;

  private List<Path> foldersBefore = List.of();

  @BeforeEach
  void remember_the_folders() throws IOException {
    foldersBefore = ServerFolders.ofThisJvm();
  }

  @AfterEach
  void a_failed_start_leaves_no_folder() throws IOException {
    assertThat(ServerFolders.ofThisJvm()).containsExactlyInAnyOrderElementsOf(foldersBefore);
  }

  @Test
  void a_missing_binary_is_named() {
    assertFails(EmbeddedRedis.builder().binary(temp.resolve("nowhere")))
        .hasMessageContaining("There is no file '" + temp.resolve("nowhere"))
        .hasMessageContaining("FOREBAY_REDIS_BINARY");
  }

  @Test
  void a_binary_without_permission_to_execute_is_named() throws IOException {
    Path plain = Files.writeString(temp.resolve("redis-server"), "");
    assertFails(EmbeddedRedis.builder().binary(plain))
        .hasMessageContaining(plain.toString())
        .hasMessageContaining("chmod +x");
  }

  @Test
  void a_program_that_is_no_redis_server_is_named() throws IOException {
    assertFails(EmbeddedRedis.builder().binary(script("echo GNU coreutils 9.1; exit 3")))
        .hasMessageContaining("is not a redis-server that runs here")
        .hasMessageContaining("ended with 3")
        .hasMessageContaining("GNU coreutils 9.1");
  }

  @Test
  void a_file_that_is_no_program_is_named() throws IOException {
    Path nonsense = executable(new byte[] {0x7f, 'E', 'L', 'F', 1, 2, 3, 4, 5, 6, 7, 8});
    assertFails(EmbeddedRedis.builder().binary(nonsense)).hasMessageContaining(nonsense.toString());
  }

  @Test
  void a_program_whose_interpreter_is_missing_is_told_from_a_missing_file() throws IOException {
    Path orphan = executable("#!/lib/ld-musl-nowhere\n".getBytes(UTF_8));
    assertFails(EmbeddedRedis.builder().binary(orphan)).hasMessageContaining("loader is missing");
  }

  @Test
  void a_version_below_the_floor_is_refused() throws IOException {
    assertFails(EmbeddedRedis.builder().binary(script("echo 'Redis server v=6.0.16 sha=0'")))
        .hasMessageContaining("version 6.0.16")
        .hasMessageContaining("6.2 or newer");
  }

  @Test
  void a_missing_openssl_is_told_with_its_cure() throws IOException {
    assertFails(EmbeddedRedis.builder()
            .binary(script("echo redis-server: error while loading shared libraries: libssl.so.3:"
                + " cannot open shared object file; exit 127")))
        .hasMessageContaining("needs the library libssl.so.3")
        .hasMessageContaining("libssl3")
        .hasMessageContaining("FOREBAY_REDIS_BINARY=PATH");
  }

  @Test
  void an_unknown_directive_shows_what_redis_says_of_it() {
    assertFails(EmbeddedRedis.builder().setting("no-such-thing", "yes"))
        .hasMessageContaining("instead of starting")
        .hasMessageContaining("no-such-thing \"yes\"")
        .hasMessageContaining("Bad directive");
  }

  @Test
  void a_taken_port_is_named() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertFails(EmbeddedRedis.builder().port(taken.getLocalPort()))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("Port " + taken.getLocalPort());
    }
  }

  @Test
  void a_server_that_never_answers_is_ended_in_time() throws IOException {
    Path silent = script(
        "if [ \"$1\" = --version ]; then echo 'Redis server v=7.0.0 '; else exec sleep 60; fi");
    assertFails(EmbeddedRedis.builder().binary(silent).startWithin(Duration.ofMillis(200)))
        .hasMessageContaining("did not answer")
        .hasMessageContaining("within 200 ms");
  }

  @Test
  void a_set_that_is_not_complete_in_time_is_ended_as_a_whole() {
    assertThatThrownBy(
            () -> EmbeddedSentinel.builder().startWithin(Duration.ofMillis(400)).start())
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("startWithin(...)");
    assertThatThrownBy(
            () -> EmbeddedCluster.builder().startWithin(Duration.ofMillis(400)).start())
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("startWithin(...)");
  }

  @Test
  void a_data_folder_that_cannot_be_made_is_named() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertFails(EmbeddedRedis.builder().dataFolder(file.resolve("data")))
        .hasMessageContaining(file.toString());
  }

  @Test
  void directives_that_the_builder_governs_are_refused() {
    EmbeddedRedisBuilder builder = EmbeddedRedis.builder();
    for (String directive : List.of("port", "BIND", "requirepass", "dir", "include", "daemonize")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.setting(directive, "x"))
          .withMessageContaining("cannot be set here");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.setting("maxmemory 1mb\nbind", "0.0.0.0"))
        .withMessageContaining("no name of a redis.conf directive");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.setting("maxmemory", "1\0"))
        .withMessageContaining("NUL");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.port(70_000))
        .withMessageContaining("70000");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.password(""));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.startWithin(Duration.ZERO));
  }

  @Test
  void the_environment_variable_names_the_binary() throws IOException {
    Path fake = script("echo 'Redis server v=5.0.14 sha=0'");
    try (ChildJvm jvm = new ChildJvm(Map.of("FOREBAY_REDIS_BINARY", fake.toString()))) {
      assertThat(jvm.firstLine()).contains(fake.toString()).contains("version 5.0.14");
    }
    assertThatThrownBy(() -> RedisBinary.fromEnvironment("redis-server"))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("FOREBAY_REDIS_BINARY='redis-server' is neither");
  }

  @Test
  void the_environment_variable_can_ask_for_the_redis_server_on_path() throws IOException {
    Path own = script("echo 'Redis server v=5.0.3 sha=0'");
    Map<String, String> environment =
        Map.of("FOREBAY_REDIS_BINARY", "PATH", "PATH", temp + ":" + System.getenv("PATH"));
    try (ChildJvm jvm = new ChildJvm(environment)) {
      assertThat(jvm.firstLine()).contains(own.toString()).contains("version 5.0.3");
    }
  }

  @Test
  void each_supported_machine_has_its_build_and_others_get_a_cure() {
    assertThat(ShippedBinary.resourceFor("Linux", "amd64")).endsWith("linux-amd64");
    assertThat(ShippedBinary.resourceFor("Linux", "aarch64")).endsWith("linux-arm64");
    assertThat(ShippedBinary.resourceFor("Mac OS X", "x86_64")).endsWith("darwin-amd64");
    assertThat(ShippedBinary.resourceFor("Mac OS X", "aarch64")).endsWith("darwin-arm64");
    assertThatThrownBy(() -> ShippedBinary.resourceFor("Windows 11", "amd64"))
        .hasMessageContaining("WSL2");
    assertThatThrownBy(() -> ShippedBinary.resourceFor("Linux", "s390x"))
        .hasMessageContaining("s390x")
        .hasMessageContaining("binary(...)");
  }

  private Path script(String body) throws IOException {
    return executable(("#!/bin/sh\n" + body + "\n").getBytes(UTF_8));
  }

  private Path executable(byte[] content) throws IOException {
    Path file = Files.write(temp.resolve("redis-server"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      EmbeddedRedisBuilder builder) {
    return assertThatThrownBy(builder::start).isInstanceOf(EmbeddedServerException.class);
  }
}
