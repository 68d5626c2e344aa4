package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@RedisTest
class SubscriptionsTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final List<String> heard = new CopyOnWriteArrayList<>();

  @Test
  void who_listens_hears_messages_also_after_the_server_was_away(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(TestSettings.patient(server.uri()).build())) {
      redis.commands().subscribe("news", heard::add);
      awaitHearing(server, "news", "first");
      redis.commands().subscribe("sports", heard::add);
      awaitHearing(server, "sports", "second");

      server.kill();
      server.restart();

      awaitHearing(server, "news", "third");
      awaitHearing(server, "sports", "fourth");
    }
  }

  @Test
  void on_a_cluster_it_does_not_matter_which_node_is_told(@OwnServer EmbeddedCluster cluster) {
    String uri = TestSettings.clusterUri(cluster.uri());
    try (Redis redis = Redis.connect(TestSettings.patient(uri).build())) {
      redis.commands().subscribe("news", heard::add);
      for (EmbeddedRedis master : cluster.masters()) {
        awaitHearing(master, "news", "from " + master.port());
      }
    }
  }

  @Test
  void who_may_not_listen_is_left_in_peace(@OwnServer EmbeddedRedis server) {
    server.execute("ACL", "SETUSER", "default", "-subscribe");
    try (Redis redis = Redis.connect(TestSettings.patient(server.uri()).build())) {
      redis.commands().subscribe("news", heard::add);

      assertThat(redis.commands().get("a").await()).isEmpty();
      assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
    }
  }

  private void awaitHearing(EmbeddedRedis server, String channel, String message) {
    await().ignoreExceptions().atMost(LONG).untilAsserted(() -> {
      server.execute("PUBLISH", channel, message);
      assertThat(heard).contains(message);
    });
  }
}
