package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedServerException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

  private static EmbeddedRedis redis;

  private FaultProxy proxy;
  private InlineClient client;

  @BeforeAll
  static void start_a_server() {
    redis = EmbeddedRedis.start();
  }

  @AfterAll
  static void stop_it() {
    redis.close();
  }

  @BeforeEach
  void connect_through_a_proxy() throws IOException {
    proxy = FaultProxy.before(redis);
    client = new InlineClient(proxy.port());
    assertThat(client.call("PING")).isEqualTo("+PONG");
  }

  @AfterEach
  void close_leaves_neither_port_nor_thread() throws IOException {
    client.close();
    proxy.close();
    proxy.close();
    await().until(this::isRefused);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("forebay-fault-proxy-" + proxy.port());
    assertThat(proxy.openConnections()).isZero();
    assertThatIllegalStateException().isThrownBy(proxy::stall).withMessageContaining("closed");
  }

  private boolean isRefused() throws IOException {
    try {
      new InlineClient(proxy.port()).close();
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  @Test
  void without_a_fault_everything_passes_and_is_counted() throws IOException {
    assertThat(proxy.openConnections()).isEqualTo(1);
    assertThat(proxy.totalConnections()).isEqualTo(1);
    assertThat(proxy.bytes(Direction.TO_SERVER)).isEqualTo("PING\r\n".length());
    assertThat(proxy.bytes(Direction.TO_CLIENT)).isEqualTo("+PONG\r\n".length());
    String large = "x".repeat(3_000_000);
    redis.execute("SET", "large", large);
    assertThat(proxy.endpoint().execute("GET", "large")).isEqualTo(large);
    assertThat(proxy.totalConnections()).isEqualTo(2);
    await().until(() -> proxy.openConnections() == 1);
    assertThat(client.call("QUIT")).isEqualTo("+OK");
    assertThat(client.readLine()).isEmpty();
    client.close();
    await().until(() -> proxy.openConnections() == 0);
  }

  @Test
  void login_and_encryption_of_the_server_pass() {
    try (EmbeddedRedis tls = EmbeddedRedis.builder().tls().password("p/w").start();
        FaultProxy before = FaultProxy.before(tls)) {
      assertThat(before.uri()).isEqualTo("rediss://:p%2Fw@127.0.0.1:" + before.port());
      assertThat(before.endpoint().execute("PING")).isEqualTo("PONG");
      assertThat(before.toString()).doesNotContain("p/w");
    }
  }

  @Test
  void a_cut_resets_every_connection_and_lets_new_ones_in() throws IOException {
    try (InlineClient second = new InlineClient(proxy.port())) {
      assertThat(second.call("PING")).isEqualTo("+PONG");
      proxy.cut();
      assertThat(proxy.openConnections()).isZero();
      for (InlineClient each : new InlineClient[] {client, second}) {
        assertThatThrownBy(each::readLine)
            .isInstanceOf(SocketException.class)
            .hasMessageContaining("reset");
      }
    }
    assertThat(proxy.endpoint().execute("PING")).isEqualTo("PONG");
  }

  @Test
  void refused_is_who_comes_new_until_connections_are_accepted_again() throws IOException {
    proxy.refuse();
    proxy.refuse();
    await().until(this::isRefused);
    assertThat(client.call("PING")).isEqualTo("+PONG");
    proxy.accept();
    proxy.accept();
    assertThat(proxy.endpoint().execute("PING")).isEqualTo("PONG");
  }

  @Test
  void a_stalled_reply_comes_when_the_stall_is_over() throws IOException {
    proxy.stall(Direction.TO_CLIENT);
    client.send("INCR stalled");
    await().until(() -> "1".equals(redis.execute("GET", "stalled")));
    assertThatThrownBy(client::readSoon).isInstanceOf(SocketTimeoutException.class);
    try (InlineClient another = new InlineClient(proxy.port())) {
      another.send("PING");
      assertThatThrownBy(another::readSoon).isInstanceOf(SocketTimeoutException.class);
    }
    proxy.resume();
    assertThat(client.readLine()).isEqualTo(":1");
  }

  @Test
  void a_stalled_command_does_not_reach_the_server_before_the_stall_is_over() throws IOException {
    proxy.stall();
    client.send("INCR held");
    assertThatThrownBy(client::readSoon).isInstanceOf(SocketTimeoutException.class);
    assertThat(redis.execute("GET", "held")).isNull();
    proxy.resume();
    assertThat(client.readLine()).isEqualTo(":1");
  }

  @Test
  void what_comes_by_a_later_connection_overtakes_what_waits_in_one_that_is_stalled_alone()
      throws IOException {
    proxy.stallOpen(Direction.TO_SERVER);
    client.send("SET overtaken old");
    assertThat(proxy.endpoint().execute("SET", "overtaken", "new")).isEqualTo("OK");
    proxy.resume();
    assertThat(client.readLine()).isEqualTo("+OK");
    assertThat(redis.execute("GET", "overtaken")).isEqualTo("old");
  }

  @Test
  void a_stalled_sender_has_to_wait_rather_than_fill_the_memory() {
    proxy.stall();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    AtomicLong sent = new AtomicLong();
    try {
      var unused = thread.submit(() -> {
        OutputStream out = client.socket().getOutputStream();
        byte[] block = new byte[100_000];
        while (true) {
          out.write(block);
          sent.addAndGet(block.length);
        }
      });
      AtomicLong before = new AtomicLong(-1);
      await().pollInterval(Duration.ofMillis(200)).until(() -> {
        long now = sent.get();
        return now > 0 && before.getAndSet(now) == now;
      });
      assertThat(sent.get()).isBetween(100_000L, 30_000_000L);
      assertThat(proxy.bytes(Direction.TO_SERVER)).isLessThan(100);
      proxy.cut();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void a_delay_adds_to_each_round_trip_and_not_to_each_of_many_commands_under_way()
      throws IOException {
    proxy.delay(Duration.ofMillis(100));
    long start = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      client.send("PING");
    }
    for (int i = 0; i < 200; i++) {
      assertThat(client.readLine()).isEqualTo("+PONG");
    }
    // One by one, they would take 20 s.
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(100), Duration.ofSeconds(10));
  }

  @Test
  void a_throttled_reply_takes_its_time() throws IOException {
    redis.execute("SET", "long", "x".repeat(100_000));
    proxy.throttle(Direction.TO_CLIENT, 500_000);
    long start = System.nanoTime();
    client.send("GET long");
    assertThat(client.readLine()).isEqualTo("$100000");
    assertThat(client.readBytes(100_002)).hasSize(100_002);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(170), Duration.ofSeconds(10));
  }

  @Test
  void a_reply_can_be_cut_in_half_once() throws IOException {
    try (InlineClient second = new InlineClient(proxy.port())) {
      proxy.cutAfter(3);
      assertThat(client.call("PING")).isEqualTo("+PO");
      assertThat(client.readLine()).isEmpty();
      assertThat(second.call("PING")).isEqualTo("+PONG");
      assertThat(proxy.openConnections()).isEqualTo(1);
    }
  }

  @Test
  void a_command_can_be_cut_in_half() throws IOException {
    proxy.cutAfter(Direction.TO_SERVER, 6);
    client.send("INCR never");
    assertThatThrownBy(client::readLine).isInstanceOf(SocketException.class);
    assertThat(redis.execute("GET", "never")).isNull();
    proxy.cutAfter(0);
    assertThatThrownBy(() -> proxy.endpoint().execute("PING"))
        .isInstanceOf(EmbeddedServerException.class);
    assertThat(proxy.endpoint().execute("PING")).isEqualTo("PONG");
  }

  @Test
  void healing_ends_every_fault() throws IOException {
    proxy.stall();
    proxy.delay(Duration.ofHours(1));
    proxy.delay(Direction.TO_SERVER, Duration.ofHours(1));
    proxy.throttle(1);
    proxy.cutAfter(0);
    proxy.refuse();
    client.send("PING");
    proxy.heal();
    assertThat(client.readLine()).isEqualTo("+PONG");
    assertThat(proxy.endpoint().execute("PING")).isEqualTo("PONG");
  }

  @Test
  void where_no_server_answers_the_client_is_reset_until_one_does() {
    try (EmbeddedRedis other = EmbeddedRedis.start();
        FaultProxy before = FaultProxy.before("127.0.0.1", other.port())) {
      assertThat(before.endpoint().execute("PING")).isEqualTo("PONG");
      other.kill();
      assertThatThrownBy(() -> before.endpoint().execute("PING"))
          .isInstanceOf(EmbeddedServerException.class);
      other.restart();
      assertThat(before.endpoint().execute("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void faults_that_make_no_sense_are_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> proxy.delay(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> proxy.throttle(0));
    assertThatIllegalArgumentException().isThrownBy(() -> proxy.cutAfter(-1));
  }
}
