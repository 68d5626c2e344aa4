package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each way in which a server refuses to talk is told apart, with the setting to correct. */
class ConnectFailuresTest {

  /** For servers that do not understand what they are sent, and wait for more. */
  private static final Duration SHORT = Duration.ofSeconds(1);

  @Test
  @Tag("F2")
  void a_wrong_password_is_told_and_not_quoted() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().password("right").start()) {
      assertThatThrownBy(() -> connect(server.uri().replace("right", "s3cret")))
          .hasMessageContaining("refused the user or password")
          .hasMessageContaining("REDIS_PASSWORD")
          .message()
          .doesNotContain("s3cret");
    }
  }

  @Test
  void a_missing_password_is_told() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().password("right").start()) {
      assertThatThrownBy(() -> connect("redis://127.0.0.1:" + server.port()))
          .hasMessageContaining("wants a password; set REDIS_PASSWORD");
    }
  }

  @Test
  void sentinels_with_a_password_of_their_own_are_told_not_to_be_supported() {
    try (EmbeddedSentinel sentinel =
        EmbeddedSentinel.builder().password("right").sentinelPassword("own").start()) {
      assertThatThrownBy(() -> connect(sentinel.uri()))
          .hasMessageContaining("sentinels with a password of their own cannot be used");
    }
  }

  @Test
  void a_database_that_does_not_exist_is_told() {
    try (EmbeddedRedis server = EmbeddedRedis.start()) {
      assertThatThrownBy(() -> connect(server.uri() + "/99"))
          .hasMessageContaining("has no such database; name another in REDIS_URL");
    }
  }

  @Test
  void tls_to_a_plain_port_is_told() {
    try (EmbeddedRedis server = EmbeddedRedis.start()) {
      assertThatThrownBy(() -> connect("rediss://127.0.0.1:" + server.port()))
          .hasMessageContaining("REDIS_TLS");
    }
  }

  @Test
  void a_certificate_that_is_not_trusted_is_told() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().tls().start()) {
      assertThatThrownBy(() -> connect("rediss://127.0.0.1:" + server.port()))
          .hasMessageContaining("REDIS_TLS_CERTIFICATES");
    }
  }

  @Test
  void a_plain_connection_to_a_tls_port_is_told() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().tls().start()) {
      assertThatThrownBy(() -> connect("redis://127.0.0.1:" + server.port()))
          .hasMessageContaining("set REDIS_TLS=true");
    }
  }

  @Test
  void a_connection_that_is_closed_at_once_is_told_in_our_words() throws Exception {
    try (ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      new Thread(() -> closeAll(closing)).start();
      for (int attempt = 0; attempt < 30; attempt++) {
        assertThatThrownBy(() -> connect("redis://127.0.0.1:" + closing.getLocalPort()))
            .hasMessageContaining("if it speaks TLS, set REDIS_TLS=true");
      }
    }
  }

  private static void closeAll(ServerSocket closing) {
    try {
      while (true) {
        closing.accept().close();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  @Tag("F2")
  void settings_that_came_from_properties_are_named_as_properties() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().password("right").start()) {
      assertThatThrownBy(() -> Redis.connect(RedisSettings.fromProperties(Map.of(
                  "forebay.cache.url",
                  server.uri().replace("right", "wrong"),
                  "redis.url",
                  server.uri(),
                  "forebay.availability",
                  "required",
                  "forebay.reconnect-attempts",
                  "1")))
              .close())
          .hasMessageContaining("correct them in forebay.cache.url")
          .hasMessageContaining("redis.username or redis.password")
          .hasMessageContaining(
              "or correct forebay.cache.url, or set forebay.availability=optional");
    }
  }

  @Test
  @Tag("F2")
  void on_a_cluster_a_wrong_password_and_a_mismatch_of_tls_are_told_and_no_password_is_quoted() {
    try (EmbeddedCluster cluster = EmbeddedCluster.builder()
        .masters(1)
        .replicasPerMaster(0)
        .password("right")
        .tls()
        .start()) {
      Path authority = cluster.tlsFiles().caCertificate();
      String node = "127.0.0.1:" + cluster.nodes().get(0).port();
      RedisSettingsBuilder trusting =
          settings("rediss-cluster://" + node).tlsCertificates(authority);
      assertThatThrownBy(() -> connect(trusting.password("s3cret")))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("refused the user or password")
          .hasMessageContaining("REDIS_PASSWORD")
          .message()
          .doesNotContain("s3cret");
      assertThatThrownBy(
              () -> connect(settings("rediss-cluster://" + node).tlsCertificates(authority)))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("wants a password; set REDIS_PASSWORD");
      assertThatThrownBy(() -> connect("redis-cluster://:right@" + node))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("set REDIS_TLS=true");
      assertThatThrownBy(() -> connect("rediss-cluster://:right@" + node))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("REDIS_TLS_CERTIFICATES");
    }
  }

  @Test
  @Tag("F2")
  void what_is_no_cluster_or_does_not_speak_tls_or_is_not_there_is_told() throws IOException {
    try (EmbeddedRedis server = EmbeddedRedis.start()) {
      assertThatThrownBy(() -> connect("redis-cluster://127.0.0.1:" + server.port()))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("it is no cluster; write redis:// in REDIS_URL");
      assertThatThrownBy(() -> connect(
              settings("rediss-cluster://127.0.0.1:" + server.port()).connectTimeout(SHORT)))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("REDIS_TLS");
    }
    int deaf = AvailabilityTest.deafPort();
    assertThatThrownBy(() -> connect("redis-cluster://127.0.0.1:" + deaf))
        .satisfies(ConnectFailuresTest::isOneLine)
        .hasMessageContaining("Connection refused")
        .hasMessageContaining("correct REDIS_URL");
  }

  @Test
  @Tag("F2")
  void with_sentinels_a_wrong_or_missing_password_and_a_mismatch_of_tls_are_told() {
    try (EmbeddedSentinel sentinel =
        EmbeddedSentinel.builder().replicas(1).sentinels(1).password("right").start()) {
      String uri = sentinel.uri();
      assertThatThrownBy(() -> connect(uri.replace("right", "s3cret")))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("refused the user or password")
          .hasMessageContaining("REDIS_PASSWORD")
          .message()
          .doesNotContain("s3cret");
      assertThatThrownBy(() -> connect(uri.replace(":right@", "")))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("wants a password; set REDIS_PASSWORD");
      assertThatThrownBy(
              () -> connect(settings(uri.replace("redis-", "rediss-")).connectTimeout(SHORT)))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("REDIS_TLS");
    }
    // Whatever speaks TLS there: its certificate comes first.
    try (EmbeddedRedis server = EmbeddedRedis.builder().tls().start()) {
      String sentinels = "-sentinel://127.0.0.1:" + server.port() + "#main";
      assertThatThrownBy(() -> connect("redis" + sentinels))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("set REDIS_TLS=true");
      assertThatThrownBy(() -> connect("rediss" + sentinels))
          .satisfies(ConnectFailuresTest::isOneLine)
          .hasMessageContaining("REDIS_TLS_CERTIFICATES");
    }
  }

  private static void isOneLine(Throwable failure) {
    assertThat(failure).message().hasLineCount(1);
  }

  private static void connect(String uri) {
    connect(settings(uri));
  }

  private static void connect(RedisSettingsBuilder settings) {
    Redis.connect(settings.build()).close();
  }

  private static RedisSettingsBuilder settings(String uri) {
    return RedisSettings.builder()
        .uri(uri)
        .availability(Availability.REQUIRED)
        .reconnectAttempts(1)
        .connectTimeout(Duration.ofSeconds(3));
  }
}
