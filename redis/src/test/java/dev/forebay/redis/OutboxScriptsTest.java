package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import dev.forebay.testing.Gate;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the outbox makes of calls of scripts that come at the same time. */
@RedisTest
@Timeout(60)
class OutboxScriptsTest {

  private final EmbeddedRedis server;

  @AutoClose
  private final HeldConnection connection;

  private final RedisCommands commands;

  OutboxScriptsTest(@OwnServer EmbeddedRedis server) {
    this.server = server;
    this.connection = HeldConnection.to(server);
    this.commands = connection.commands();
  }

  @Test
  void calls_of_one_script_at_the_same_time_go_out_as_one_command() {
    LuaScript script =
        LuaScript.beside(OutboxScriptsTest.class, "append_and_get").combinable();
    for (int i = 0; i < 2; i++) {
      Gate held = connection.hold();
      List<Reply<ScriptReply>> replies = IntStream.range(0, 3 * Batch.CAPACITY)
          .mapToObj(n -> append(script, "key:" + n, "<" + n + ">"))
          .toList();
      held.open();
      for (int n = 0; n < replies.size(); n++) {
        ScriptReply reply = replies.get(n).await();
        assertThat(reply.text()).isEqualTo("key:" + n);
        assertThat(reply.text(1)).isEqualTo(("<" + n + ">").repeat(i + 1));
        assertThat(reply.bytes(2)).isEmpty();
        assertThat(reply.number(3)).isEqualTo(n);
      }
    }
    // The text goes out with each command that left before the first answer came.
    assertThat(connection.calls("eval") + connection.calls("evalsha")).isEqualTo(6);
    assertThat(connection.calls("evalsha")).isPositive();
  }

  @Test
  void calls_of_other_scripts_or_of_other_shape_go_out_apart() {
    LuaScript combinable =
        LuaScript.beside(OutboxScriptsTest.class, "append_and_get").combinable();
    LuaScript alone = LuaScript.beside(RedisCommandsTest.class, "strlen_of_all");
    Gate held = connection.hold();
    Reply<ScriptReply> one = append(combinable, "a", "1");
    Reply<ScriptReply> other = commands.eval(
        combinable, List.of("b"), List.of("2".getBytes(UTF_8), "unused".getBytes(UTF_8)));
    Reply<ScriptReply> third = commands.eval(alone, List.of("c"), List.of("5".getBytes(UTF_8)));
    Reply<ScriptReply> fourth = commands.eval(alone, List.of("d"), List.of("6".getBytes(UTF_8)));
    held.open();

    assertThat(one.await().text(1)).isEqualTo("1");
    assertThat(other.await().text(1)).isEqualTo("2");
    assertThat(third.await().text()).isEqualTo("5");
    assertThat(fourth.await().text()).isEqualTo("6");
    assertThat(connection.calls("eval") + connection.calls("evalsha")).isEqualTo(4);
  }

  @Test
  void each_call_of_a_batch_has_keys_and_arguments_of_its_own() {
    LuaScript script =
        LuaScript.beside(OutboxScriptsTest.class, "change_arguments").combinable();
    Gate held = connection.hold();
    List<Reply<ScriptReply>> replies = IntStream.range(0, 3)
        .mapToObj(i -> commands.eval(script, List.of(), List.of(("" + i).getBytes(UTF_8))))
        .toList();
    held.open();

    for (int i = 0; i < replies.size(); i++) {
      ScriptReply reply = replies.get(i).await();
      assertThat(reply.size()).isEqualTo(2);
      assertThat(reply.text(0)).isEqualTo("" + i);
      assertThat(reply.text(1)).isEqualTo("added");
    }
    assertThat(connection.calls("eval")).isEqualTo(1);
  }

  @Test
  void the_error_of_one_call_is_not_that_of_the_others() {
    LuaScript script =
        LuaScript.beside(OutboxScriptsTest.class, "append_and_get").combinable();
    server.execute("LPUSH", "list", "1");
    Gate held = connection.hold();
    Reply<ScriptReply> before = append(script, "a", "1");
    Reply<ScriptReply> wrong = append(script, "list", "2");
    Reply<ScriptReply> after = append(script, "b", "3");
    held.open();

    assertThat(before.await().text(1)).isEqualTo("1");
    assertThatThrownBy(wrong::await)
        .isInstanceOf(RedisOperationException.class)
        .hasMessageContaining("refused: WRONGTYPE");
    assertThat(after.await().text(1)).isEqualTo("3");
    assertThatThrownBy(() -> append(script, "list", "2").await())
        .isInstanceOf(RedisOperationException.class)
        .hasMessageContaining("refused: WRONGTYPE");
    assertThat(connection.calls("eval") + connection.calls("evalsha")).isEqualTo(2);
  }

  @Test
  void a_call_on_a_key_that_is_not_allowed_is_the_only_one_that_fails() {
    LuaScript script =
        LuaScript.beside(OutboxScriptsTest.class, "append_and_get").combinable();
    server.execute("ACL", "SETUSER", "default", "resetkeys", "~mine:*");
    Gate held = connection.hold();
    Reply<ScriptReply> mine = append(script, "mine:a", "1");
    Reply<ScriptReply> foreign = append(script, "a", "1");
    held.open();

    assertThat(mine.await().text(1)).isEqualTo("1");
    assertThatThrownBy(foreign::await)
        .isInstanceOf(RedisOperationException.class)
        .hasMessageContaining("NOPERM");
  }

  @Test
  void arguments_that_are_the_same_for_all_calls_are_sent_once() {
    LuaScript script =
        LuaScript.beside(OutboxScriptsTest.class, "append_and_get").combinable();
    String text = "7" + "x".repeat(500);
    for (int i = 1; i <= 2; i++) {
      Gate held = connection.hold();
      List<Reply<ScriptReply>> replies = IntStream.range(0, Batch.CAPACITY)
          .mapToObj(n -> append(script, "key:" + n, text))
          .toList();
      held.open();
      for (int n = 0; n < replies.size(); n++) {
        ScriptReply reply = replies.get(n).await();
        assertThat(reply.text()).isEqualTo("key:" + n);
        assertThat(reply.text(1)).isEqualTo(text.repeat(i));
        assertThat(reply.number(3)).isEqualTo(7);
      }
    }
    assertThat(connection.calls("eval") + connection.calls("evalsha")).isEqualTo(2);
    assertThat(connection.bytesReceived()).isLessThan(20_000);
  }

  @Test
  void answers_that_do_not_fit_the_calls_are_nobodys() {
    // Lettuce passes over this word outside of transactions, too.
    LuaScript script =
        LuaScript.beside(OutboxScriptsTest.class, "queued_or_argument").combinable();
    Gate held = connection.hold();
    Reply<ScriptReply> queued = commands.eval(script, List.of(), List.of("".getBytes(UTF_8)));
    Reply<ScriptReply> one = commands.eval(script, List.of(), List.of("1".getBytes(UTF_8)));
    Reply<ScriptReply> two = commands.eval(script, List.of(), List.of("2".getBytes(UTF_8)));
    held.open();

    for (Reply<ScriptReply> reply : List.of(queued, one, two)) {
      assertThatThrownBy(reply::await)
          .isInstanceOf(RedisOperationException.class)
          .hasMessageContaining("gave 2 answers to 3 calls");
    }
  }

  @Test
  void a_batch_form_that_the_server_forgot_is_sent_again() {
    LuaScript script =
        LuaScript.beside(OutboxScriptsTest.class, "append_and_get").combinable();
    for (int i = 1; i <= 3; i++) {
      Gate held = connection.hold();
      Reply<ScriptReply> a = append(script, "a", "1");
      Reply<ScriptReply> b = append(script, "b", "2");
      held.open();

      assertThat(a.await().text(1)).isEqualTo("1".repeat(i));
      assertThat(b.await().text(1)).isEqualTo("2".repeat(i));
      server.execute("SCRIPT", "FLUSH");
    }
  }

  private Reply<ScriptReply> append(LuaScript script, String key, String text) {
    return commands.eval(script, List.of(key), List.of(text.getBytes(UTF_8)));
  }
}
