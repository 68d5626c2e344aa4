package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With a user that has the rights that the floor needs, and no others but to listen. */
@RedisTest
@Tag("F5")
class RedisCommandsOnSentinelOverTlsTest extends RedisCommandsTest {

  private static EmbeddedSentinel sentinel;

  RedisCommandsOnSentinelOverTlsTest(RedisNamespace namespace) {
    super(namespace);
  }

  @BeforeAll
  static void start() {
    sentinel = EmbeddedSentinel.builder()
        .replicas(1)
        .sentinels(1)
        .tls()
        .withoutDefaultUser()
        .user("admin", "adm1n", "~*", "&*", "+@all")
        .user(
            "app",
            "s3cret",
            "~t*",
            "resetchannels",
            "&news",
            "+@read",
            "+@write",
            "+@connection",
            "+@scripting",
            "+subscribe",
            "+info")
        .start();
  }

  @AfterAll
  static void end() {
    sentinel.close();
  }

  @Override
  Redis connect(RedisNamespace to) {
    assertThat(sentinel.uri()).startsWith("rediss-sentinel://admin:adm1n@");
    return Redis.connect(TestSettings.patient(sentinel.uri().replace("admin:adm1n", "app:s3cret"))
        .tlsCertificates(sentinel.tlsFiles().caCertificate())
        .build());
  }

  @Test
  void a_replica_is_read_and_messages_are_heard(RedisNamespace namespace) {
    List<String> heard = new CopyOnWriteArrayList<>();
    EmbeddedRedis replica = sentinel.replicas().get(0);
    String key = namespace.key("a");
    try (Redis redis = connect(namespace)) {
      redis.commands().subscribe("news", heard::add);
      redis.commands().set(key, new byte[1], Duration.ofMinutes(1)).await();
      replica.execute("CONFIG", "RESETSTAT");
      await()
          .until(() -> redis.commands().onReplicas().get(key).await().isPresent()
              && String.valueOf(replica.execute("INFO", "commandstats")).contains("cmdstat_get:"));
      await().until(() -> {
        sentinel.execute("PUBLISH", "news", "hello");
        return heard.contains("hello");
      });
    }
  }
}
