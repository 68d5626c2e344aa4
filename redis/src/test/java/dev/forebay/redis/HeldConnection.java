package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.CommandCalls;
import dev.forebay.testing.Gate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A connection whose event loop a test can hold, so that calls come at the same time. */
final class HeldConnection implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final EmbeddedRedis server;
  private final ConnectionSupervisor supervisor;
  private final LettuceCommands commands;
  private final ServerLink link;

  private HeldConnection(EmbeddedRedis server, RedisSettings settings) {
    this.server = server;
    this.supervisor = new ConnectionSupervisor(
        settings, Workload.CACHE, new SingleConnector(settings, Workload.CACHE));
    supervisor.start();
    this.commands = new LettuceCommands(supervisor, settings, "test");
    this.link = (ServerLink) requireNonNull(supervisor.link());
  }

  /** Connects to a server, and lets it forget how often it was called. */
  static HeldConnection to(EmbeddedRedis server) {
    RedisSettings settings = RedisSettings.builder()
        .uri(server.uri())
        .commandTimeout(PATIENCE)
        .availability(Availability.REQUIRED)
        .build();
    HeldConnection connection = new HeldConnection(server, settings);
    server.execute("CONFIG", "RESETSTAT");
    return connection;
  }

  RedisCommands commands() {
    return commands;
  }

  ServerLink link() {
    return link;
  }

  Outbox outbox() {
    return link.outbox();
  }

  Outcomes outcomes() {
    return new Outcomes(supervisor, PATIENCE, "test");
  }

  /** Keeps the event loop busy until the gate is opened. */
  Gate hold() {
    Gate held = new Gate();
    Gate holding = new Gate();
    outbox().overtake(new OutgoingCommand<>(unused -> {
      holding.open();
      held.awaitOpen();
      return CompletableFuture.completedFuture("");
    }));
    holding.awaitOpen();
    return held;
  }

  /** Returns how often the server was called by a command. */
  long calls(String command) {
    return CommandCalls.of(server, command);
  }

  /** Returns how many bytes the server has received. */
  long bytesReceived() {
    return String.valueOf(server.execute("INFO", "stats"))
        .lines()
        .filter(line -> line.startsWith("total_net_input_bytes:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  static String text(Reply<Optional<byte[]>> reply) {
    return text(reply.await());
  }

  static String text(Optional<byte[]> value) {
    return new String(value.orElseThrow(), UTF_8);
  }

  @Override
  public void close() {
    supervisor.close();
  }
}
