package dev.forebay.redis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RedisTest
@Timeout(120)
class NodeConnectionTest {

  private static final Duration PATIENCE = Duration.ofMillis(800);
  private static final Duration LONG = Duration.ofSeconds(60);

  private final EventLoops eventLoops = new EventLoops();
  private final ClientResources resources = LettuceClient.resources(eventLoops);
  private final RedisClient client = RedisClient.create(resources);

  private HeldConnection held;
  private FaultProxy proxy;
  private NodeConnection node;

  @BeforeEach
  void connect(@OwnServer EmbeddedRedis server) {
    held = HeldConnection.to(server);
    proxy = FaultProxy.before(server);
    RedisSettings settings = TestSettings.patient(proxy.uri()).build();
    client.setOptions(LettuceClient.common(ClientOptions.builder(), settings).build());
    var connecting = client
        .connectAsync(LettuceClient.CODEC, RedisURI.create(proxy.uri()))
        .toCompletableFuture();
    connecting.join();
    node = new NodeConnection(connecting, eventLoops, null, PATIENCE);
  }

  @AfterEach
  void disconnect() {
    LettuceClient.shutDown(client, resources);
    proxy.close();
    held.close();
  }

  @Test
  void a_connection_without_answers_is_not_offered_any_more_and_then_made_anew() {
    proxy.stall();
    OutgoingGet lost = get();
    awaitWatching(() -> node.outboxIfAnswering() == null);
    assertThat(proxy.totalConnections()).isEqualTo(1);
    awaitWatching(() -> proxy.totalConnections() > 1);
    assertThatThrownBy(lost::await).isInstanceOf(RedisUnavailableException.class);

    proxy.resume();
    awaitWatching(() -> node.outboxIfAnswering() != null);
    assertThat(get().await()).isEmpty();
  }

  @Test
  void an_answer_ends_the_silence() {
    proxy.stall();
    OutgoingGet late = get();
    awaitWatching(() -> node.outboxIfAnswering() == null);

    proxy.resume();
    assertThat(late.await()).isEmpty();
    awaitWatching(() -> node.outboxIfAnswering() != null);
    assertThat(proxy.totalConnections()).isEqualTo(1);
  }

  @Test
  void commands_that_go_out_alone_tell_of_a_silence_too() {
    proxy.stall();
    Outbox outbox = requireNonNull(node.outbox());
    CompletableFuture<Long> lost = exists();
    await().atMost(LONG).until(() -> outbox.unanswered(null) != null);
    lost.cancel(false); // as its caller does when its time is over
    awaitWatching(() -> node.outboxIfAnswering() == null);
    assertThat(proxy.totalConnections()).isEqualTo(1);
    awaitWatching(() -> proxy.totalConnections() > 1);

    proxy.resume();
    awaitWatching(() -> node.outboxIfAnswering() != null);
    assertThat(exists()).succeedsWithin(LONG).isEqualTo(0L);
  }

  @Test
  void an_answer_to_one_of_these_ends_the_silence_too() {
    proxy.stall();
    List<CompletableFuture<Long>> late = List.of(exists(), exists(), exists());
    awaitWatching(() -> node.outboxIfAnswering() == null);

    proxy.resume();
    assertThat(late).allSatisfy(reply -> assertThat(reply).succeedsWithin(LONG));
    awaitWatching(() -> node.outboxIfAnswering() != null);
    assertThat(proxy.totalConnections()).isEqualTo(1);
  }

  @Test
  void a_write_left_in_a_broken_connection_is_dropped_before_the_one_made_anew_sends() {
    Channel broken = namedSocket();
    proxy.stallOpen(Direction.TO_SERVER);
    Outbox outbox = requireNonNull(node.outbox());
    CompletableFuture<String> write = send(commands -> commands.set("k", new byte[1]));
    await().atMost(LONG).until(() -> outbox.unanswered(null) != null);
    var unused = broken.close();
    await().atMost(LONG).until(() -> node.socket() != null && node.socket() != broken);

    assertThat(send(commands -> commands.del("k"))).succeedsWithin(LONG).isEqualTo(0L);
    proxy.resume();
    await().atMost(LONG).until(() -> proxy.openConnections() == 1);

    assertThat(exists()).succeedsWithin(LONG).isEqualTo(0L);
    assertThat(write).isCompletedExceptionally();
  }

  @Test
  void nor_does_it_come_after_what_another_open_connection_sends() {
    Channel broken = namedSocket();
    proxy.stallOpen(Direction.TO_SERVER);
    try (var open = client.connect(LettuceClient.CODEC, RedisURI.create(proxy.uri()))) {
      proxy.refuse();
      Outbox outbox = requireNonNull(node.outbox());
      CompletableFuture<String> write = send(commands -> commands.set("k", new byte[1]));
      await().atMost(LONG).until(() -> outbox.unanswered(null) != null);
      var unused = broken.close();
      await().atMost(LONG).until(() -> node.outbox() == null);

      assertThat(open.sync().del("k")).isZero();
      proxy.resume();
      await().atMost(LONG).until(() -> proxy.openConnections() == 1);

      assertThat(open.sync().exists("k")).isZero();
      assertThat(write).isCompletedExceptionally();
    }
  }

  /** Returns the socket, once the server has told what others end it by. */
  private Channel namedSocket() {
    Channel socket = requireNonNull(node.socket());
    eventLoops.fence().named(socket).toCompletableFuture().join();
    return socket;
  }

  private CompletableFuture<Long> exists() {
    return send(commands -> commands.exists("k"));
  }

  private <R> CompletableFuture<R> send(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command) {
    OutgoingCommand<R> outgoing = new OutgoingCommand<>(command);
    requireNonNull(node.outbox()).send(outgoing);
    return outgoing.reply();
  }

  private OutgoingGet get() {
    OutgoingGet get = new OutgoingGet("k", 0, held.link(), held.outcomes());
    requireNonNull(node.outbox()).send(get);
    return get;
  }

  private void awaitWatching(BooleanSupplier condition) {
    await().atMost(LONG).until(() -> {
      node.wakeOverdue();
      return condition.getAsBoolean();
    });
  }
}
