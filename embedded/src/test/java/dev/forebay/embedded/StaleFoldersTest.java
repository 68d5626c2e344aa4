package dev.forebay.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleFoldersTest {

  @TempDir
  Path temp;

  private Path own;

  @BeforeEach
  void make_our_own_folder() throws IOException {
    own = Files.createDirectory(temp.resolve("forebay-redis-1-own"));
  }

  @Test
  void a_folder_that_nobody_locks_is_swept_with_its_server() throws Exception {
    Process server = new ProcessBuilder("sleep", "60").start();
    try {
      Path stale = oldFolder("forebay-redis-999999999-a", Long.toString(server.pid()));

      StaleFolders.sweepBeside(own);

      assertThat(stale).doesNotExist();
      await().until(() -> !server.isAlive());
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void a_process_that_got_the_number_of_a_dead_server_lives_on() throws Exception {
    Path stale = oldFolder(
        "forebay-redis-999999999-a", Long.toString(ProcessHandle.current().pid()));
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(30)));
    Files.setLastModifiedTime(stale.resolve("redis.pid"), longAgo);

    StaleFolders.sweepBeside(own);

    assertThat(stale).doesNotExist();
  }

  @Test
  void folders_that_are_locked_young_or_of_this_jvm_stay() throws Exception {
    Path young = Files.createDirectory(temp.resolve("forebay-redis-999999999-young"));
    Path ours = oldFolder("forebay-redis-" + ProcessHandle.current().pid() + "-a", "nonsense");
    Path foreign = oldFolder("something-else", "1");
    Path locked = oldFolder("forebay-redis-999999999-locked", "1");
    try (FileChannel channel =
        FileChannel.open(ServerFolder.lockFile(locked), StandardOpenOption.WRITE)) {
      assertThat(channel.lock().isValid()).isTrue();

      StaleFolders.sweepBeside(own);

      assertThat(locked).exists();
    }
    assertThat(young).exists();
    assertThat(ours).exists();
    assertThat(foreign).exists();
    assertThat(own).exists();
  }

  @Test
  void a_link_that_looks_like_a_stale_folder_is_not_followed() throws IOException {
    Path precious = oldFolder("precious", "none");
    Path link = Files.createSymbolicLink(temp.resolve("forebay-redis-999999999-link"), precious);

    StaleFolders.sweepBeside(own);

    assertThat(link).exists();
    assertThat(precious.resolve("redis.pid")).exists();
  }

  private Path oldFolder(String name, String pid) throws IOException {
    Path folder = Files.createDirectory(temp.resolve(name));
    Files.createFile(folder.resolve("lock"));
    Files.createDirectories(folder.resolve("data/appendonlydir"));
    Files.writeString(folder.resolve("redis.pid"), pid + "\n");
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    return folder;
  }
}
