package dev.forebay.redis;

import static dev.forebay.redis.HeldConnection.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.Gate;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the outbox makes of reads and other commands that come at the same time. */
@RedisTest
@Timeout(60)
class OutboxTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final EmbeddedRedis server;

  @AutoClose
  private final HeldConnection connection;

  private final RedisCommands commands;

  OutboxTest(@OwnServer EmbeddedRedis server) {
    this.server = server;
    this.connection = HeldConnection.to(server);
    this.commands = connection.commands();
  }

  @Test
  void a_lone_get_goes_out_as_it_is() {
    server.execute("SET", "a", "1");

    assertThat(text(commands.get("a"))).isEqualTo("1");

    assertThat(connection.calls("get")).isEqualTo(1);
    assertThat(connection.calls("mget")).isZero();
  }

  @Test
  void gets_at_the_same_time_go_out_as_one_command() {
    server.execute("MSET", "a", "1", "b", "2");
    Gate held = connection.hold();
    Reply<Optional<byte[]>> a = commands.get("a");
    Reply<Optional<byte[]>> b = commands.get("b");
    Reply<Optional<byte[]>> none = commands.get("none");
    Reply<List<Optional<byte[]>>> both = commands.mget(List.of("b", "a"));
    held.open();

    assertThat(text(a)).isEqualTo("1");
    assertThat(text(b)).isEqualTo("2");
    assertThat(none.await()).isEmpty();
    assertThat(both.await()).extracting(HeldConnection::text).containsExactly("2", "1");
    assertThat(connection.calls("mget")).isEqualTo(1);
    assertThat(connection.calls("get")).isZero();
  }

  @Test
  void gets_of_one_key_ask_for_it_once() {
    server.execute("SET", "a", "1");
    Gate held = connection.hold();
    List<Reply<Optional<byte[]>>> replies =
        IntStream.range(0, 20).mapToObj(i -> commands.get("a")).toList();
    held.open();

    assertThat(replies).extracting(HeldConnection::text).containsOnly("1");
    assertThat(connection.calls("get")).isEqualTo(1);
    assertThat(connection.calls("mget")).isZero();
  }

  @Test
  void a_command_is_never_longer_than_the_server_can_bear() {
    Gate held = connection.hold();
    List<Reply<Optional<byte[]>>> replies = new ArrayList<>();
    for (int i = 0; i < 2 * Batch.CAPACITY + 1; i++) {
      server.execute("SET", "key:" + i, "value:" + i);
      replies.add(commands.get("key:" + i));
    }
    held.open();

    for (int i = 0; i < replies.size(); i++) {
      assertThat(text(replies.get(i))).isEqualTo("value:" + i);
    }
    assertThat(connection.calls("mget")).isEqualTo(2);
    assertThat(connection.calls("get")).isEqualTo(1);
  }

  @Test
  void a_thread_reads_what_it_wrote_and_not_what_it_writes_later() {
    server.execute("SET", "a", "1");
    Gate held = connection.hold();
    Reply<Optional<byte[]>> first = commands.get("a");
    commands.set("a", "2".getBytes(UTF_8), MINUTE);
    Reply<Optional<byte[]>> second = commands.get("a");
    commands.unlink(List.of("a"));
    Reply<Optional<byte[]>> third = commands.get("a");
    held.open();

    assertThat(text(first)).isEqualTo("1");
    assertThat(text(second)).isEqualTo("2");
    assertThat(third.await()).isEmpty();
  }

  @Test
  void a_value_that_is_no_string_is_absent_among_others_and_an_error_alone() {
    server.execute("LPUSH", "list", "1");
    server.execute("SET", "a", "1");
    Gate held = connection.hold();
    Reply<Optional<byte[]>> list = commands.get("list");
    Reply<Optional<byte[]>> a = commands.get("a");
    held.open();

    assertThat(list.await()).isEmpty();
    assertThat(text(a)).isEqualTo("1");
    assertThatThrownBy(() -> commands.get("list").await())
        .isInstanceOf(RedisOperationException.class)
        .hasMessageContaining("WRONGTYPE");
  }

  @Test
  void where_mget_is_not_allowed_each_get_goes_out_alone() {
    server.execute("MSET", "a", "1", "b", "2");
    server.execute("ACL", "SETUSER", "default", "-mget");
    for (int i = 0; i < 2; i++) {
      Gate held = connection.hold();
      Reply<Optional<byte[]>> a = commands.get("a");
      Reply<Optional<byte[]>> b = commands.get("b");
      held.open();

      assertThat(text(a)).isEqualTo("1");
      assertThat(text(b)).isEqualTo("2");
    }
    assertThat(connection.calls("get")).isEqualTo(4);
  }

  @Test
  void answers_that_come_on_another_event_loop_do_not_hold_up_what_waits() {
    server.execute("SET", "a", "1");
    EventLoopGroup others = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Outbox elsewhere = new Outbox(
          (StatefulRedisConnection<String, byte[]>) connection.link().connection(),
          others.next(),
          LettuceClient.REQUEST_QUEUE_SIZE,
          null);
      for (int i = 0; i < 20; i++) {
        OutgoingGet get = new OutgoingGet("a", 0, connection.link(), connection.outcomes());
        elsewhere.send(get);
        assertThat(text(get)).isEqualTo("1");
      }
    } finally {
      others.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @Test
  void a_call_that_cannot_be_sent_or_received_is_the_only_one_that_fails() {
    server.execute("SET", "a", "1");
    for (int i = 0; i < 10; i++) {
      Gate held = connection.hold();
      Reply<Optional<byte[]>> before = commands.get("a");
      Reply<String> unsendable = sent(new Broken(connection.link(), connection.outcomes(), true));
      Reply<String> unreceivable =
          sent(new Broken(connection.link(), connection.outcomes(), false));
      Reply<Optional<byte[]>> after = commands.get("b");
      held.open();

      assertThatThrownBy(unsendable::await).hasMessageContaining("cannot be sent");
      assertThatThrownBy(unreceivable::await).hasMessageContaining("cannot be received");
      assertThat(text(before)).isEqualTo("1");
      assertThat(after.await()).isEmpty();
    }
  }

  private static final class Broken extends OutgoingRead<String> {

    private final boolean unsendable;

    Broken(Link link, Outcomes outcomes, boolean unsendable) {
      super(0, link, outcomes);
      this.unsendable = unsendable;
    }

    @Override
    int weightIn(Batch batch) {
      return 1;
    }

    @Override
    void join(Batch joined) {
      if (unsendable) {
        throw new IllegalArgumentException("cannot be sent");
      }
      ((ReadBatch) joined).positionOf("a", EncodedArguments.text("a"));
    }

    @Override
    Throwable receive() {
      throw new IllegalArgumentException("cannot be received");
    }

    @Override
    String value() {
      return "";
    }
  }

  private <T> Reply<T> sent(CombinedReply<T> call) {
    connection.outbox().send(call);
    return call;
  }
}
