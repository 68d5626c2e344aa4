package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands.Entry;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the outbox makes of calls that come at the same time: the tests hold the event loop. */
@RedisTest
@Timeout(60)
class OutboxTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final EmbeddedRedis server;
  private final ConnectionSupervisor supervisor;
  private final LettuceCommands commands;
  private final Outbox outbox;

  OutboxTest(@OwnServer EmbeddedRedis server) {
    this.server = server;
    RedisSettings settings = RedisSettings.builder()
        .uri(server.uri())
        .commandTimeout(MINUTE)
        .availability(Availability.REQUIRED)
        .build();
    this.supervisor = new ConnectionSupervisor(
        settings, Workload.CACHE, new SingleConnector(settings, Workload.CACHE));
    supervisor.start();
    this.commands = new LettuceCommands(supervisor, settings, "test");
    this.outbox = ((ServerLink) requireNonNull(supervisor.link())).outbox();
  }

  @BeforeEach
  void forgetStatistics() {
    server.execute("CONFIG", "RESETSTAT");
  }

  @AfterEach
  void close() {
    supervisor.close();
  }

  @Test
  void a_lone_get_goes_out_as_it_is() {
    server.execute("SET", "a", "1");

    assertThat(text(commands.get("a"))).isEqualTo("1");

    assertThat(calls("get")).isEqualTo(1);
    assertThat(calls("mget")).isZero();
  }

  @Test
  void gets_at_the_same_time_go_out_as_one_command() {
    server.execute("MSET", "a", "1", "b", "2");
    CountDownLatch held = holdEventLoop();
    Reply<Optional<byte[]>> a = commands.get("a");
    Reply<Optional<byte[]>> b = commands.get("b");
    Reply<Optional<byte[]>> none = commands.get("none");
    Reply<List<Optional<byte[]>>> both = commands.mget(List.of("b", "a"));
    held.countDown();

    assertThat(text(a)).isEqualTo("1");
    assertThat(text(b)).isEqualTo("2");
    assertThat(none.await()).isEmpty();
    assertThat(both.await()).extracting(OutboxTest::text).containsExactly("2", "1");
    assertThat(calls("mget")).isEqualTo(1);
    assertThat(calls("get")).isZero();
  }

  @Test
  void gets_of_one_key_ask_for_it_once() {
    server.execute("SET", "a", "1");
    CountDownLatch held = holdEventLoop();
    List<Reply<Optional<byte[]>>> replies =
        IntStream.range(0, 20).mapToObj(i -> commands.get("a")).toList();
    held.countDown();

    assertThat(replies).extracting(OutboxTest::text).containsOnly("1");
    assertThat(calls("get")).isEqualTo(1);
    assertThat(calls("mget")).isZero();
  }

  @Test
  void a_command_is_never_longer_than_the_server_can_bear() {
    CountDownLatch held = holdEventLoop();
    List<Reply<Optional<byte[]>>> replies = new ArrayList<>();
    for (int i = 0; i < 2 * Batch.CAPACITY + 1; i++) {
      server.execute("SET", "key:" + i, "value:" + i);
      replies.add(commands.get("key:" + i));
    }
    held.countDown();

    for (int i = 0; i < replies.size(); i++) {
      assertThat(text(replies.get(i))).isEqualTo("value:" + i);
    }
    assertThat(calls("mget")).isEqualTo(2);
    assertThat(calls("get")).isEqualTo(1);
  }

  @Test
  void a_thread_reads_what_it_wrote_and_not_what_it_writes_later() {
    server.execute("SET", "a", "1");
    CountDownLatch held = holdEventLoop();
    Reply<Optional<byte[]>> first = commands.get("a");
    commands.set("a", "2".getBytes(UTF_8), MINUTE);
    Reply<Optional<byte[]>> second = commands.get("a");
    commands.unlink(List.of("a"));
    Reply<Optional<byte[]>> third = commands.get("a");
    held.countDown();

    assertThat(text(first)).isEqualTo("1");
    assertThat(text(second)).isEqualTo("2");
    assertThat(third.await()).isEmpty();
  }

  @Test
  void entries_written_together_keep_their_place_among_the_commands_of_their_thread() {
    server.execute("MSET", "a", "1", "b", "1");
    CountDownLatch held = holdEventLoop();
    Reply<Optional<byte[]>> before = commands.get("a");
    commands.unlink(List.of("a", "b"));
    Reply<Integer> written = commands.setAll(List.of(
        new Entry("a", "2".getBytes(UTF_8), MINUTE), new Entry("b", "2".getBytes(UTF_8), MINUTE)));
    Reply<List<Optional<byte[]>>> between = commands.mget(List.of("a", "b"));
    commands.unlink(List.of("b"));
    Reply<Optional<byte[]>> after = commands.get("b");
    held.countDown();

    assertThat(text(before)).isEqualTo("1");
    assertThat(written.await()).isEqualTo(2);
    assertThat(between.await()).extracting(OutboxTest::text).containsExactly("2", "2");
    assertThat(after.await()).isEmpty();
  }

  @Test
  void a_value_that_is_no_string_is_absent_among_others_and_an_error_alone() {
    server.execute("LPUSH", "list", "1");
    server.execute("SET", "a", "1");
    CountDownLatch held = holdEventLoop();
    Reply<Optional<byte[]>> list = commands.get("list");
    Reply<Optional<byte[]>> a = commands.get("a");
    held.countDown();

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
      CountDownLatch held = holdEventLoop();
      Reply<Optional<byte[]>> a = commands.get("a");
      Reply<Optional<byte[]>> b = commands.get("b");
      held.countDown();

      assertThat(text(a)).isEqualTo("1");
      assertThat(text(b)).isEqualTo("2");
    }
    assertThat(calls("get")).isEqualTo(4);
  }

  @Test
  void calls_of_one_script_at_the_same_time_go_out_as_one_command() {
    LuaScript script = LuaScript.beside(OutboxTest.class, "append_and_get").combinable();
    for (int i = 0; i < 2; i++) {
      CountDownLatch held = holdEventLoop();
      List<Reply<ScriptReply>> replies = IntStream.range(0, 3 * Batch.CAPACITY)
          .mapToObj(n -> append(script, "key:" + n, "<" + n + ">"))
          .toList();
      held.countDown();
      for (int n = 0; n < replies.size(); n++) {
        ScriptReply reply = replies.get(n).await();
        assertThat(reply.text()).isEqualTo("key:" + n);
        assertThat(reply.text(1)).isEqualTo(("<" + n + ">").repeat(i + 1));
        assertThat(reply.bytes(2)).isEmpty();
        assertThat(reply.number(3)).isEqualTo(n);
      }
    }
    // The text goes out with each command that left before the first answer came.
    assertThat(calls("eval") + calls("evalsha")).isEqualTo(6);
    assertThat(calls("evalsha")).isPositive();
  }

  @Test
  void the_error_of_one_call_is_not_that_of_the_others() {
    LuaScript script = LuaScript.beside(OutboxTest.class, "append_and_get").combinable();
    server.execute("LPUSH", "list", "1");
    CountDownLatch held = holdEventLoop();
    Reply<ScriptReply> before = append(script, "a", "1");
    Reply<ScriptReply> wrong = append(script, "list", "2");
    Reply<ScriptReply> after = append(script, "b", "3");
    held.countDown();

    assertThat(before.await().text(1)).isEqualTo("1");
    assertThatThrownBy(wrong::await)
        .isInstanceOf(RedisOperationException.class)
        .hasMessageContaining("refused: WRONGTYPE");
    assertThat(after.await().text(1)).isEqualTo("3");
    assertThatThrownBy(() -> append(script, "list", "2").await())
        .isInstanceOf(RedisOperationException.class)
        .hasMessageContaining("refused: WRONGTYPE");
    assertThat(calls("eval") + calls("evalsha")).isEqualTo(2);
  }

  @Test
  void a_batch_form_that_the_server_forgot_is_sent_again() {
    LuaScript script = LuaScript.beside(OutboxTest.class, "append_and_get").combinable();
    for (int i = 1; i <= 3; i++) {
      CountDownLatch held = holdEventLoop();
      Reply<ScriptReply> a = append(script, "a", "1");
      Reply<ScriptReply> b = append(script, "b", "2");
      held.countDown();

      assertThat(a.await().text(1)).isEqualTo("1".repeat(i));
      assertThat(b.await().text(1)).isEqualTo("2".repeat(i));
      server.execute("SCRIPT", "FLUSH");
    }
  }

  @Test
  void each_call_of_a_batch_has_keys_and_arguments_of_its_own() {
    LuaScript script = LuaScript.beside(OutboxTest.class, "change_arguments").combinable();
    CountDownLatch held = holdEventLoop();
    List<Reply<ScriptReply>> replies = IntStream.range(0, 3)
        .mapToObj(i -> commands.eval(script, List.of(), List.of(("" + i).getBytes(UTF_8))))
        .toList();
    held.countDown();

    for (int i = 0; i < replies.size(); i++) {
      ScriptReply reply = replies.get(i).await();
      assertThat(reply.size()).isEqualTo(2);
      assertThat(reply.text(0)).isEqualTo("" + i);
      assertThat(reply.text(1)).isEqualTo("added");
    }
    assertThat(calls("eval")).isEqualTo(1);
  }

  @Test
  void arguments_that_are_the_same_for_all_calls_are_sent_once() {
    LuaScript script = LuaScript.beside(OutboxTest.class, "append_and_get").combinable();
    String text = "7" + "x".repeat(500);
    for (int i = 1; i <= 2; i++) {
      CountDownLatch held = holdEventLoop();
      List<Reply<ScriptReply>> replies = IntStream.range(0, Batch.CAPACITY)
          .mapToObj(n -> append(script, "key:" + n, text))
          .toList();
      held.countDown();
      for (int n = 0; n < replies.size(); n++) {
        ScriptReply reply = replies.get(n).await();
        assertThat(reply.text()).isEqualTo("key:" + n);
        assertThat(reply.text(1)).isEqualTo(text.repeat(i));
        assertThat(reply.number(3)).isEqualTo(7);
      }
    }
    assertThat(calls("eval") + calls("evalsha")).isEqualTo(2);
    assertThat(bytesReceived()).isLessThan(20_000);
  }

  @Test
  void answers_that_do_not_fit_the_calls_are_nobodys() {
    // Lettuce passes over this word outside of transactions, too.
    LuaScript script = LuaScript.beside(OutboxTest.class, "queued_or_argument").combinable();
    CountDownLatch held = holdEventLoop();
    Reply<ScriptReply> queued = commands.eval(script, List.of(), List.of("".getBytes(UTF_8)));
    Reply<ScriptReply> one = commands.eval(script, List.of(), List.of("1".getBytes(UTF_8)));
    Reply<ScriptReply> two = commands.eval(script, List.of(), List.of("2".getBytes(UTF_8)));
    held.countDown();

    for (Reply<ScriptReply> reply : List.of(queued, one, two)) {
      assertThatThrownBy(reply::await)
          .isInstanceOf(RedisOperationException.class)
          .hasMessageContaining("gave 2 answers to 3 calls");
    }
  }

  @Test
  void a_call_that_cannot_be_sent_or_received_is_the_only_one_that_fails() {
    server.execute("SET", "a", "1");
    for (int i = 0; i < 10; i++) {
      CountDownLatch held = holdEventLoop();
      Reply<Optional<byte[]>> before = commands.get("a");
      Reply<String> unsendable = sent(new Broken(link(), outcomes(), true));
      Reply<String> unreceivable = sent(new Broken(link(), outcomes(), false));
      Reply<Optional<byte[]>> after = commands.get("b");
      held.countDown();

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
    outbox.send(call);
    return call;
  }

  private ServerLink link() {
    return (ServerLink) requireNonNull(supervisor.link());
  }

  private Outcomes outcomes() {
    return new Outcomes(supervisor, MINUTE, "test");
  }

  @Test
  void answers_that_come_on_another_event_loop_do_not_hold_up_what_waits() {
    server.execute("SET", "a", "1");
    EventLoopGroup others = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Outbox elsewhere = new Outbox(
          (StatefulRedisConnection<String, byte[]>) link().connection(),
          others.next(),
          LettuceClient.REQUEST_QUEUE_SIZE,
          null);
      for (int i = 0; i < 20; i++) {
        OutgoingGet get = new OutgoingGet("a", 0, link(), outcomes());
        elsewhere.send(get);
        assertThat(text(get)).isEqualTo("1");
      }
    } finally {
      others.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @Test
  void calls_of_other_scripts_or_of_other_shape_go_out_apart() {
    LuaScript combinable = LuaScript.beside(OutboxTest.class, "append_and_get").combinable();
    LuaScript alone = LuaScript.beside(RedisCommandsTest.class, "strlen_of_all");
    CountDownLatch held = holdEventLoop();
    Reply<ScriptReply> one = append(combinable, "a", "1");
    Reply<ScriptReply> other = commands.eval(
        combinable, List.of("b"), List.of("2".getBytes(UTF_8), "unused".getBytes(UTF_8)));
    Reply<ScriptReply> third = commands.eval(alone, List.of("c"), List.of("5".getBytes(UTF_8)));
    Reply<ScriptReply> fourth = commands.eval(alone, List.of("d"), List.of("6".getBytes(UTF_8)));
    held.countDown();

    assertThat(one.await().text(1)).isEqualTo("1");
    assertThat(other.await().text(1)).isEqualTo("2");
    assertThat(third.await().text()).isEqualTo("5");
    assertThat(fourth.await().text()).isEqualTo("6");
    assertThat(calls("eval") + calls("evalsha")).isEqualTo(4);
  }

  @Test
  void a_call_on_a_key_that_is_not_allowed_is_the_only_one_that_fails() {
    LuaScript script = LuaScript.beside(OutboxTest.class, "append_and_get").combinable();
    server.execute("ACL", "SETUSER", "default", "resetkeys", "~mine:*");
    CountDownLatch held = holdEventLoop();
    Reply<ScriptReply> mine = append(script, "mine:a", "1");
    Reply<ScriptReply> foreign = append(script, "a", "1");
    held.countDown();

    assertThat(mine.await().text(1)).isEqualTo("1");
    assertThatThrownBy(foreign::await)
        .isInstanceOf(RedisOperationException.class)
        .hasMessageContaining("NOPERM");
  }

  private Reply<ScriptReply> append(LuaScript script, String key, String text) {
    return commands.eval(script, List.of(key), List.of(text.getBytes(UTF_8)));
  }

  @Test
  void callers_who_gave_up_before_the_command_was_sent_keep_nobody_waiting() throws Exception {
    CountDownLatch held = holdEventLoop();
    List<Future<?>> patient = awaitAndInterruptEveryThird();
    held.countDown();

    for (Future<?> caller : patient) {
      caller.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void callers_who_gave_up_before_the_reply_came_keep_nobody_waiting() throws Exception {
    server.pause();
    List<Future<?>> patient;
    try {
      patient = awaitAndInterruptEveryThird();
    } finally {
      server.resume();
    }
    for (Future<?> caller : patient) {
      caller.get(30, TimeUnit.SECONDS);
    }
  }

  /** Returns the callers that were not interrupted, once all are waiting or have given up. */
  private List<Future<?>> awaitAndInterruptEveryThird() {
    List<Future<?>> patient = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Reply<Optional<byte[]>> reply = commands.get("key:" + i);
      FutureTask<Optional<byte[]>> caller = new FutureTask<>(reply::await);
      Thread thread = new Thread(caller, "caller-" + i);
      thread.start();
      threads.add(thread);
      if (i % 3 != 0) {
        patient.add(caller);
      }
    }
    await().until(() -> threads.stream().allMatch(t -> t.getState() == Thread.State.WAITING));
    for (int i = 0; i < threads.size(); i += 3) {
      threads.get(i).interrupt();
    }
    for (int i = 0; i < threads.size(); i += 3) {
      Thread interrupted = threads.get(i);
      await().until(() -> !interrupted.isAlive());
    }
    return patient;
  }

  @Test
  void a_reply_that_came_before_it_was_awaited_is_there_at_once() {
    server.execute("SET", "a", "1");
    Reply<Optional<byte[]>> early = commands.get("a");
    assertThat(text(commands.get("a"))).isEqualTo("1");

    Thread.currentThread().interrupt();
    assertThat(text(early)).isEqualTo("1");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(text(early)).isEqualTo("1");
  }

  @Test
  void calls_beyond_the_capacity_are_refused() {
    CountDownLatch held = holdEventLoop();
    Reply<Optional<byte[]>> first = commands.get("a");
    Reply<Optional<byte[]>> last = first;
    for (int i = 0; i < LettuceClient.REQUEST_QUEUE_SIZE; i++) {
      last = commands.get("a");
    }
    assertThatThrownBy(last::await)
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("queue");
    held.countDown();

    assertThat(first.await()).isEmpty();
    assertThat(commands.get("a").await()).isEmpty();
  }

  @Test
  void closing_fails_what_was_not_sent_and_what_comes_after() {
    CountDownLatch held = holdEventLoop();
    Reply<Optional<byte[]>> get = commands.get("a");
    Reply<String> set = commands.set("a", new byte[0], MINUTE);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(supervisor::close);
    try {
      assertThatThrownBy(get::await).isInstanceOf(RedisUnavailableException.class);
      assertThatThrownBy(set::await).isInstanceOf(RedisUnavailableException.class);
      assertThatThrownBy(() -> commands.get("a").await())
          .isInstanceOf(RedisUnavailableException.class);
    } finally {
      held.countDown();
      closing.join();
    }
  }

  @Test
  void a_lost_connection_fails_all_that_was_under_way_or_waiting() {
    server.pause();
    List<Reply<Optional<byte[]>>> replies =
        IntStream.range(0, 300).mapToObj(i -> commands.get("key:" + i)).toList();
    server.kill();

    for (Reply<Optional<byte[]>> reply : replies) {
      assertThatThrownBy(reply::await).isInstanceOf(RedisUnavailableException.class);
    }
  }

  /** Keeps the event loop busy until the latch is counted down. */
  private CountDownLatch holdEventLoop() {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch holding = new CountDownLatch(1);
    outbox.overtake(new OutgoingCommand<>(unused -> {
      holding.countDown();
      awaitLatch(held);
      return CompletableFuture.completedFuture("");
    }));
    awaitLatch(holding);
    return held;
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private long calls(String command) {
    return String.valueOf(server.execute("INFO", "commandstats"))
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
        .sum();
  }

  private long bytesReceived() {
    return String.valueOf(server.execute("INFO", "stats"))
        .lines()
        .filter(line -> line.startsWith("total_net_input_bytes:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  private static String text(Reply<Optional<byte[]>> reply) {
    return text(reply.await());
  }

  private static String text(Optional<byte[]> value) {
    return new String(value.orElseThrow(), UTF_8);
  }
}
