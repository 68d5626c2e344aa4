package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** See {@link NodeConnectionTest} for connections that Lettuce makes anew. */
@RedisTest
@Tag("F14")
@Timeout(120)
class FenceTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void
      a_write_left_in_a_connection_is_dropped_before_the_next_one_sends_or_comes_late_where_that_is_refused(
          @OwnServer EmbeddedRedis server) {
    user("able", server, "+@write", "-@dangerous", "+@connection"); // of those of the guide
    user("unable", server, "+@all", "-client");

    assertThat(isThereAfterItsDeletion("able", server)).isFalse();
    assertThat(isThereAfterItsDeletion("unable", server)).isTrue();
  }

  private static void user(String name, EmbeddedRedis server, String... rights) {
    Stream<String> command = Stream.of("ACL", "SETUSER", name, "on", ">secret", "~*", "&*");
    server.execute(Stream.concat(command, Stream.of(rights)).toArray(String[]::new));
  }

  /** Leaves a write where a network is slow; it arrives when its key was deleted by the next connection. */
  private static boolean isThereAfterItsDeletion(String user, EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        Connector connector = new SingleConnector(
            TestSettings.patient("redis://" + user + ":secret@127.0.0.1:" + proxy.port())
                .build(),
            Workload.CACHE)) {
      ServerLink slow = connect(connector);
      proxy.stallOpen(Direction.TO_SERVER);
      CompletableFuture<String> write =
          slow.send(0, commands -> commands.set(user, "late".getBytes(UTF_8)));
      await().atMost(LONG).until(() -> slow.outbox().unanswered(null) != null);
      slow.stopSending();
      var unused = slow.connection().closeAsync();

      ServerLink next = connect(connector);
      assertThat(next.send(0, commands -> commands.del(user)))
          .succeedsWithin(LONG)
          .isEqualTo(0L);
      proxy.resume();
      await().atMost(LONG).until(() -> proxy.openConnections() == 1);

      assertThat(write).isCompletedExceptionally();
      assertThat(next.ping()).succeedsWithin(LONG);
      next.stopSending();
    }
    return !Long.valueOf(0).equals(server.execute("EXISTS", user));
  }

  private static ServerLink connect(Connector connector) {
    return (ServerLink) connector.connect().toCompletableFuture().join();
  }
}
