package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each way in which a server refuses to talk is told apart, with the setting to correct. */
class ConnectFailuresTest {

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

  private static void connect(String uri) {
    Redis.connect(RedisSettings.builder()
            .uri(uri)
            .availability(Availability.REQUIRED)
            .reconnectAttempts(1)
            .connectTimeout(Duration.ofSeconds(3))
            .build())
        .close();
  }
}
