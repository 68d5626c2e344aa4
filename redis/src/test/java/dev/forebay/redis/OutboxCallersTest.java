package dev.forebay.redis;

import static dev.forebay.redis.HeldConnection.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.Gate;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of callers who give up, come in a crowd, or whose connection ends. */
@RedisTest
@Timeout(60)
class OutboxCallersTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final EmbeddedRedis server;

  @AutoClose
  private final HeldConnection connection;

  private final RedisCommands commands;

  OutboxCallersTest(@OwnServer EmbeddedRedis server) {
    this.server = server;
    this.connection = HeldConnection.to(server);
    this.commands = connection.commands();
  }

  @Test
  void callers_who_gave_up_before_the_command_was_sent_keep_nobody_waiting() throws Exception {
    Gate held = connection.hold();
    List<Future<?>> patient = awaitAndInterruptEveryThird();
    held.open();

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
  void a_command_of_whatever_kind_is_unanswered_until_its_answer_came() {
    Outbox outbox = connection.outbox();
    List<Supplier<Reply<?>>> kinds = List.of(
        () -> commands.set("a", new byte[0], MINUTE),
        () -> commands.get("a"),
        () -> commands.exists("a"));
    for (Supplier<Reply<?>> kind : kinds) {
      assertThat(outbox.unanswered(null)).isNull();
      List<Reply<?>> replies = new ArrayList<>();
      Object first;
      server.pause();
      try {
        replies.add(kind.get());
        first = await().until(() -> outbox.unanswered(null), Objects::nonNull);
        kinds.forEach(another -> replies.add(another.get()));
        assertThat(outbox.unanswered(first)).isSameAs(first);
      } finally {
        server.resume();
      }
      replies.forEach(Reply::await);
      await().until(() -> outbox.unanswered(first) == null);
    }
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
    Gate held = connection.hold();
    Reply<Optional<byte[]>> first = commands.get("a");
    Reply<Optional<byte[]>> last = first;
    for (int i = 0; i < LettuceClient.REQUEST_QUEUE_SIZE; i++) {
      last = commands.get("a");
    }
    assertThatThrownBy(last::await)
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("queue");
    held.open();

    assertThat(first.await()).isEmpty();
    assertThat(commands.get("a").await()).isEmpty();
  }

  @Test
  void closing_fails_what_was_not_sent_and_what_comes_after() {
    Gate held = connection.hold();
    Reply<Optional<byte[]>> get = commands.get("a");
    Reply<String> set = commands.set("a", new byte[0], MINUTE);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(connection::close);
    try {
      for (Reply<?> waiting : List.of(get, set)) {
        assertThatThrownBy(waiting::await)
            .isInstanceOf(RedisUnavailableException.class)
            .hasMessageContaining("Connection closed");
      }
      assertThatThrownBy(() -> commands.get("a").await())
          .isInstanceOf(RedisUnavailableException.class);
    } finally {
      held.open();
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
      assertThatThrownBy(reply::await)
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("is not available");
    }
  }
}
