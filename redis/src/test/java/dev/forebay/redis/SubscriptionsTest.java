package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
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
      await()
          .atMost(LONG)
          .until(() -> String.valueOf(server.execute("ACL", "LOG")).contains("subscribe"));

      assertThat(redis.commands().get("a").await()).isEmpty();
      assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
    }
  }

  @Test
  void a_connection_that_nothing_comes_through_any_more_is_made_anew(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server)) {
      RedisSettings settings = TestSettings.patient(proxy.uri()).build();
      Connector connector = new SingleConnector(settings, Workload.CACHE);
      ScheduledExecutorService thread = ConnectionSupervisor.threadNamed("subscriptions");
      try {
        Subscriptions subscriptions =
            new Subscriptions(connector, thread, () -> true, Duration.ofSeconds(2));
        subscriptions.add("news", heard::add);
        awaitHearing(server, "news", "first");
        assertThat(proxy.totalConnections()).isEqualTo(1);

        proxy.stall();
        await().atMost(LONG).until(() -> proxy.totalConnections() > 1);
        proxy.resume();

        awaitHearing(server, "news", "second");
      } finally {
        thread.shutdownNow();
        connector.close();
      }
    }
  }

  @Test
  void a_connection_that_answers_is_kept(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(TestSettings.patient(server.uri()).build())) {
      redis.commands().subscribe("news", heard::add);
      awaitHearing(server, "news", "first");
      String listening = listeners(server);
      long pings = pings(server);

      await().atMost(LONG).until(() -> pings(server) >= pings + 2);

      assertThat(listeners(server)).isEqualTo(listening);
      awaitHearing(server, "news", "second");
    }
  }

  @Test
  void it_is_made_anew_with_the_other_one(@OwnServer EmbeddedRedis server) {
    try (Redis redis = Redis.connect(TestSettings.patient(server.uri()).build())) {
      redis.commands().subscribe("news", heard::add);
      awaitHearing(server, "news", "first");
      String listening = listeners(server);

      server.execute("CLIENT", "KILL", "TYPE", "normal");

      await().atMost(LONG).until(() -> !List.of("", listening).contains(listeners(server)));
      awaitHearing(server, "news", "second");
    }
  }

  /** Returns the numbers of the connections that listen. */
  private static String listeners(EmbeddedRedis server) {
    return String.valueOf(server.execute("CLIENT", "LIST", "TYPE", "pubsub"))
        .lines()
        .map(line -> line.replaceFirst(" .*", ""))
        .collect(Collectors.joining(","));
  }

  private static long pings(EmbeddedRedis server) {
    return String.valueOf(server.execute("INFO", "commandstats"))
        .lines()
        .filter(line -> line.startsWith("cmdstat_ping:calls="))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
        .sum();
  }

  private void awaitHearing(EmbeddedRedis server, String channel, String message) {
    await().ignoreExceptions().atMost(LONG).untilAsserted(() -> {
      server.execute("PUBLISH", channel, message);
      assertThat(heard).contains(message);
    });
  }
}
