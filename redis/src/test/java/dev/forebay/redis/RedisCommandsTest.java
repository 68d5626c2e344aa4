package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RedisTest
class RedisCommandsTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final RedisNamespace namespace;
  private Redis redis;
  private RedisCommands commands;

  RedisCommandsTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  /** Connects to the topology of which the class tells. */
  Redis connect(RedisNamespace to) {
    return Redis.connect(TestSettings.patient(to.uri()).build());
  }

  @BeforeEach
  void connected() {
    redis = connect(namespace);
    commands = redis.commands();
    assertThat(redis.state()).isEqualTo(ConnectionState.CONNECTED);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void values_are_bytes_and_expire() {
    byte[] bytes = {0, -1, 13, 10, 36};
    commands.set(key("a"), bytes, MINUTE).await();

    assertThat(commands.get(key("a")).await())
        .hasValueSatisfying(v -> assertThat(v).isEqualTo(bytes));
    assertThat(commands.ttl(key("a")).await().orElseThrow())
        .isBetween(Duration.ofSeconds(50), MINUTE);
    assertThat(commands.exists(key("a")).await()).isTrue();
    assertThat(commands.get(key("b")).await()).isEmpty();
    assertThat(commands.ttl(key("b")).await()).isEmpty();
    assertThat(commands.exists(key("b")).await()).isFalse();
  }

  @Test
  void many_are_read_in_their_order_and_unlinked() {
    commands.set(key("a"), "1".getBytes(UTF_8), MINUTE).await();
    commands.set(key("c"), "3".getBytes(UTF_8), MINUTE).await();

    List<Optional<byte[]>> values =
        commands.mget(List.of(key("a"), key("b"), key("c"))).await();

    assertThat(values.stream().map(v -> v.map(b -> new String(b, UTF_8)).orElse("-")))
        .containsExactly("1", "-", "3");
    assertThat(commands.unlink(List.of(key("a"), key("b"), key("c"))).await()).isEqualTo(2);
  }

  @Test
  void an_expiry_is_changed_only_where_there_is_a_key() {
    commands.set(key("a"), "1".getBytes(UTF_8), MINUTE).await();

    assertThat(commands.expire(key("a"), Duration.ofSeconds(5)).await()).isTrue();
    assertThat(commands.expire(key("b"), Duration.ofSeconds(5)).await()).isFalse();
    assertThat(commands.ttl(key("a")).await().orElseThrow())
        .isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void a_key_tells_the_memory_it_takes() {
    commands.set(key("a"), new byte[10_000], MINUTE).await();

    assertThat(commands.memoryUsage(key("a")).await().orElseThrow()).isBetween(10_000L, 20_000L);
    assertThat(commands.memoryUsage(key("b")).await()).isEmpty();
  }

  @Test
  void a_scan_finds_every_matching_key() {
    Set<String> expected =
        IntStream.range(0, 250).mapToObj(i -> key("scan:" + i)).collect(Collectors.toSet());
    List<Reply<String>> written = expected.stream()
        .map(key -> commands.set(key, "x".getBytes(UTF_8), MINUTE))
        .toList();
    written.forEach(Reply::await);
    Set<String> found = new HashSet<>();
    boolean all = commands.scan(key("scan:*"), 50, page -> found.addAll(page) || !page.isEmpty());

    assertThat(all || mayMiss()).isTrue();
    assertThat(expected).containsAll(found);
    assertThat(all ? found : expected).isEqualTo(expected);
  }

  @Test
  void a_script_that_the_server_forgot_is_sent_again(@OwnServer EmbeddedRedis server) {
    LuaScript script = LuaScript.beside(RedisCommandsTest.class, "strlen_of_all");
    try (Redis own = Redis.connect(TestSettings.patient(server.uri()).build())) {
      server.execute("SET", "a", "12345");
      List<byte[]> arguments = List.of("10".getBytes(UTF_8));
      for (int i = 0; i < 3; i++) {
        assertThat(own.commands().eval(script, List.of("a"), arguments).await().text())
            .isEqualTo("15");
        server.execute("SCRIPT", "FLUSH");
      }
    }
  }

  /** Returns whether slots move, so that a scan may miss keys; it tells then. */
  boolean mayMiss() {
    return false;
  }

  /** Returns a key of this test alone. */
  String key(String name) {
    return namespace.key(name);
  }
}
