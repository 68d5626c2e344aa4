package dev.forebay.redis;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** With a user that has the rights that the floor needs, and no others. */
@RedisTest
@Tag("F5")
@SuppressWarnings("NullAway.Init") // made by connect
class RedisCommandsOverTlsTest extends RedisCommandsTest {

  private EmbeddedRedis server;

  RedisCommandsOverTlsTest(RedisNamespace namespace) {
    super(namespace);
  }

  @Override
  Redis connect(RedisNamespace to) {
    server = EmbeddedRedis.builder()
        .tls()
        .withoutDefaultUser()
        .user(
            "app",
            "s3cret",
            "~" + to.key("*"),
            "+@read",
            "+@write",
            "+@connection",
            "+@scripting",
            "+info")
        .start();
    return Redis.connect(TestSettings.patient("rediss://app:s3cret@127.0.0.1:" + server.port())
        .tlsCertificates(server.tlsFiles().caCertificate())
        .build());
  }

  @AfterEach
  void end() {
    server.close();
  }
}
