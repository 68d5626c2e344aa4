package dev.forebay.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
class OrphanGuardTest {

  @Test
  void a_jvm_killed_with_kill_9_leaves_no_server_and_no_folder() throws IOException {
    try (ChildJvm jvm = new ChildJvm(Map.of())) {
      long redis = jvm.redisPid();
      Path folder = Path.of(jvm.readLine());
      assertThat(ServerFolders.isGone(redis)).isFalse();
      assertThat(folder).isDirectory();

      jvm.kill();

      awaitNothingLeft(redis, folder);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit", "close", "halt", "return"})
  void a_jvm_that_ends_leaves_no_server_and_no_folder(String way) throws IOException {
    try (ChildJvm jvm = new ChildJvm(Map.of())) {
      long redis = jvm.redisPid();
      Path folder = Path.of(jvm.readLine());

      jvm.tell(way);

      awaitNothingLeft(redis, folder);
    }
  }

  @Test
  void a_frozen_server_of_a_killed_jvm_ends_too() throws Exception {
    try (ChildJvm jvm = new ChildJvm(Map.of())) {
      long redis = jvm.redisPid();
      Path folder = Path.of(jvm.readLine());
      assertThat(
              new ProcessBuilder("kill", "-STOP", Long.toString(redis)).start().waitFor())
          .isZero();

      jvm.kill();

      awaitNothingLeft(redis, folder);
    }
  }

  @Test
  void a_killed_jvm_leaves_no_guard_either() throws IOException {
    try (ChildJvm jvm = new ChildJvm(Map.of())) {
      List<ProcessHandle> children = jvm.process().descendants().toList();
      assertThat(children).hasSizeGreaterThanOrEqualTo(2);

      jvm.kill();

      for (ProcessHandle child : children) {
        await().atMost(Duration.ofSeconds(10)).until(() -> ServerFolders.isGone(child.pid()));
      }
    }
  }

  @Test
  void a_released_guard_touches_nothing(@TempDir Path folder) throws Exception {
    Process bystander = new ProcessBuilder("sleep", "60").start();
    try {
      Path pidFile = Files.writeString(folder.resolve("pid"), bystander.pid() + "\n/data\n");
      OrphanGuard guard = OrphanGuard.watch(pidFile, folder, OrphanGuard.Signal.INT);
      guard.release();
      guard.close();
      assertThat(bystander.isAlive()).isTrue();
      assertThat(pidFile).exists();
    } finally {
      bystander.destroyForcibly();
    }
  }

  @Test
  void any_process_is_first_sent_the_signal_that_was_chosen(@TempDir Path folder) throws Exception {
    // A shell cannot trap what was ignored when it began, as in a background job of a script.
    assumeFalse(ignoresInterrupts(), "this JVM was started with SIGINT ignored");
    Path pidFile = folder.resolve("postmaster.pid");
    Path heard = folder.resolve("heard");
    String server = "trap 'echo INT > \"" + heard + "\"; exit' INT; echo $$ > \"" + pidFile
        + "\"; echo more >> \"" + pidFile + "\"; while :; do sleep 0.05; done";
    Process process = new ProcessBuilder("/bin/sh", "-c", server).start();
    try (ChildJvm jvm = new ChildJvm(Map.of(), GuardMain.class, pidFile.toString(), "", "INT")) {
      jvm.kill();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(heard).hasContent("INT");
      assertThat(pidFile).as("no folder was named, so none is deleted").exists();
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.notExists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 0b10) != 0);
  }

  @Test
  void a_process_that_ignores_the_signal_is_killed(@TempDir Path folder) throws Exception {
    Path pidFile = folder.resolve("data/redis.pid");
    Files.createDirectories(pidFile.getParent());
    String server = "trap '' TERM; echo $$ > \"" + pidFile + "\"; while :; do sleep 0.05; done";
    Process process = new ProcessBuilder("/bin/sh", "-c", server).start();
    Path data = folder.resolve("data");
    try (ChildJvm jvm =
        new ChildJvm(Map.of(), GuardMain.class, pidFile.toString(), data.toString(), "TERM")) {
      jvm.kill();
      assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 9);
      await().atMost(Duration.ofSeconds(5)).until(() -> Files.notExists(data));
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1"})
  void a_pid_file_without_a_pid_harms_nobody(String content, @TempDir Path folder)
      throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path pidFile = Files.writeString(folder.resolve("pid"), content);
    try (ChildJvm jvm =
        new ChildJvm(Map.of(), GuardMain.class, pidFile.toString(), data.toString(), "TERM")) {
      jvm.kill();
      await().atMost(Duration.ofSeconds(10)).until(() -> Files.notExists(data));
    }
  }

  private static void awaitNothingLeft(long redis, Path folder) {
    await().atMost(Duration.ofSeconds(15)).until(() -> ServerFolders.isGone(redis));
    await().atMost(Duration.ofSeconds(15)).until(() -> Files.notExists(folder));
  }
}
