package dev.forebay.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {

  @Test
  void nothing_of_a_killed_process_is_left_to_clean_up_after_its_next_start() {
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      Path pidFile = ServerFolder.pidFile(ServerFolders.of(redis));
      for (int i = 0; i < 20; i++) {
        assertThat(pidFile).hasContent(Long.toString(redis.pid()));
        redis.kill();
        assertThat(pidFile).doesNotExist();
        redis.restart();
      }
    }
  }

  @Test
  void a_started_server_answers_and_a_closed_one_leaves_no_process_and_no_folder() {
    EmbeddedRedis redis = EmbeddedRedis.start();
    Path folder = redis.dataFolder().getParent();
    assertThat(redis.execute("PING")).isEqualTo("PONG");
    assertThat(redis.isRunning()).isTrue();
    assertThat(redis.version()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
    assertThat(redis.password()).isNull();
    assertThat(folder).isDirectory();

    redis.close();
    redis.close();

    assertThat(redis.isRunning()).isFalse();
    assertThat(ProcessHandle.of(redis.pid())).isEmpty();
    assertThat(folder).doesNotExist();
    assertThatIllegalStateException().isThrownBy(redis::restart).withMessageContaining("closed");
  }

  @Test
  void replies_come_as_text_numbers_lists_and_null() {
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      assertThat(redis.execute("SET", "ключ", "näme\r\nline")).isEqualTo("OK");
      assertThat(redis.execute("GET", "ключ")).isEqualTo("näme\r\nline");
      assertThat(redis.execute("GET", "absent")).isNull();
      assertThat(redis.execute("INCR", "n")).isEqualTo(1L);
      assertThat(redis.execute("MGET", "n", "absent"))
          .asInstanceOf(LIST)
          .containsExactly("1", null);
      assertThatThrownBy(() -> redis.execute("LPUSH", "n", "secret"))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("WRONGTYPE")
          .hasMessageContaining("LPUSH")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void a_server_with_a_password_refuses_who_does_not_know_it() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().password("p@ss w0rd/+").start()) {
      assertThat(redis.uri()).isEqualTo("redis://:p%40ss%20w0rd%2F%2B@127.0.0.1:" + redis.port());
      assertThat(redis.execute("PING")).isEqualTo("PONG");
      assertThat(RedisEndpoint.of(redis.uri()).execute("PING")).isEqualTo("PONG");
      assertThatThrownBy(
              () -> RedisEndpoint.loopback(redis.port(), Login.NONE, null).execute("PING"))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("NOAUTH");
      assertThat(redis.toString()).doesNotContain("w0rd");

      Path config = redis.dataFolder().resolveSibling("redis.conf");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void quotes_spaces_and_line_ends_in_values_start_no_directive() {
    String password = "a \"b\" 'c' \\ #\r\nmaxclients 7\nключ\t";
    try (EmbeddedRedis redis = EmbeddedRedis.builder()
        .password(password)
        .setting("proc-title-template", "{title} \"\\\nmaxclients 8")
        .setting("save", "60", "1000")
        .setting("save", "900", "1")
        .start()) {
      assertThat(redis.execute("CONFIG", "GET", "requirepass"))
          .asInstanceOf(LIST)
          .containsExactly("requirepass", password);
      assertThat(redis.execute("CONFIG", "GET", "save"))
          .asInstanceOf(LIST)
          .containsExactly("save", "60 1000 900 1");
      assertThat(redis.execute("CONFIG", "GET", "maxclients"))
          .asInstanceOf(LIST)
          .doesNotContain("7", "8");
    }
  }

  @Test
  void an_append_only_file_keeps_the_data_over_a_crash() {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().appendOnly(true).start()) {
      long firstPid = redis.pid();
      int port = redis.port();
      redis.execute("SET", "order", "paid");

      redis.kill();
      assertThat(redis.isRunning()).isFalse();
      assertThatThrownBy(() -> redis.execute("PING"))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("No reply to PING");
      redis.restart();

      assertThat(redis.port()).isEqualTo(port);
      assertThat(redis.pid()).isNotEqualTo(firstPid);
      assertThat(redis.execute("GET", "order")).isEqualTo("paid");
    }
  }

  @Test
  void without_an_append_only_file_a_crash_loses_the_data() {
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      redis.execute("SET", "order", "paid");
      redis.kill();
      redis.restart();
      assertThat(redis.execute("GET", "order")).isNull();
    }
  }

  @Test
  void an_orderly_stop_saves_a_snapshot_if_one_is_configured() {
    try (EmbeddedRedis redis =
        EmbeddedRedis.builder().setting("save", "3600", "1").start()) {
      redis.execute("SET", "order", "paid");
      redis.stop();
      redis.stop();
      redis.restart();
      assertThat(redis.execute("GET", "order")).isEqualTo("paid");
      redis.restart();
      assertThat(redis.execute("GET", "order")).isEqualTo("paid");
    }
  }

  @Test
  void a_named_data_folder_is_kept(@TempDir Path parent) throws IOException {
    Path data = parent.resolve("my data");
    Path temporary;
    try (EmbeddedRedis redis =
        EmbeddedRedis.builder().dataFolder(data).appendOnly(true).start()) {
      temporary = ServerFolders.of(redis);
      redis.execute("SET", "order", "paid");
    }
    assertThat(temporary).doesNotExist();
    try (Stream<Path> kept = Files.list(data)) {
      assertThat(kept).isNotEmpty();
    }
    try (EmbeddedRedis redis =
        EmbeddedRedis.builder().dataFolder(data).appendOnly(true).start()) {
      assertThat(redis.execute("GET", "order")).isEqualTo("paid");
    }
  }

  @Test
  void a_paused_server_answers_again_when_it_is_resumed() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      redis.pause();
      Future<?> reply = threads.submit(() -> redis.execute("PING"));
      await().until(() -> ServerFolders.stateOf(redis.pid()).equals("T"));
      assertThat(reply.isDone()).isFalse();
      redis.resume();
      assertThat(reply.get()).isEqualTo("PONG");
      redis.pause();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void servers_started_by_several_threads_get_ports_of_their_own() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Callable<EmbeddedRedis>> starts =
        List.of(EmbeddedRedis::start, EmbeddedRedis::start, EmbeddedRedis::start);
    try {
      List<Future<EmbeddedRedis>> started = threads.invokeAll(starts);
      assertThat(started)
          .extracting(redis -> redis.get().port())
          .doesNotHaveDuplicates()
          .allMatch(port -> port >= 20_000 && port < 30_000);
      for (Future<EmbeddedRedis> redis : started) {
        assertThat(redis.get().execute("PING")).isEqualTo("PONG");
        redis.get().close();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void only_the_loopback_address_is_open() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      List<InetAddress> others = NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress())
          .toList();
      for (InetAddress address : others) {
        assertThatThrownBy(() -> new Socket(address, redis.port()).close())
            .isInstanceOf(IOException.class);
      }
      assertThat(redis.execute("CONFIG", "GET", "bind"))
          .asInstanceOf(LIST)
          .containsExactly("bind", "127.0.0.1");
    }
  }

  @Test
  void a_server_that_ends_by_itself_can_be_started_again() {
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      assertThatThrownBy(() -> redis.execute("SHUTDOWN", "NOSAVE"))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("without a reply");
      await().until(() -> !redis.isRunning());
      redis.restart();
      assertThat(redis.execute("PING")).isEqualTo("PONG");
    }
  }
}
