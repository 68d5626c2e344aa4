package dev.forebay.redis;

import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one {@link Workload} to its Redis, which comes back by itself. Commands share
 * it, whatever thread they come from. While Redis is away or hangs, each command fails at once and
 * its feature falls back; attempts to reconnect go on in the background, at most one second apart.
 *
 * <p>Safe for concurrent use. Its threads are daemons.
 */
public final class Redis implements AutoCloseable {

  private final RedisSettings settings;
  private final Workload workload;
  private final @Nullable ConnectionSupervisor supervisor;
  private final RedisCommands commands;

  private Redis(
      RedisSettings settings, Workload workload, @Nullable ConnectionSupervisor supervisor) {
    this.settings = settings;
    this.workload = workload;
    this.supervisor = supervisor;
    this.commands = new LettuceCommands(supervisor, settings, settings.address(workload));
  }

  /** Connects the workload {@link Workload#CACHE}; see {@link #connect(RedisSettings, Workload)}. */
  public static Redis connect(RedisSettings settings) {
    return connect(settings, Workload.CACHE);
  }

  /**
   * Connects one workload. If Redis is optional, waits for the first attempt up to half a second
   * longer than the connect time-out, and returns whether or not it succeeded. If it is required,
   * waits up to 7 s for a connection. When {@link RedisSettings#enabled} is false, returns at once
   * and never connects.
   *
   * @throws RedisUnavailableException if Redis is required and cannot be reached; the message says
   *     what to set
   */
  public static Redis connect(RedisSettings settings, Workload workload) {
    if (!settings.enabled()) {
      return new Redis(settings, workload, null);
    }
    ConnectionSupervisor supervisor = new ConnectionSupervisor(
        settings, workload, LettuceClient.connectorFor(settings, workload));
    Redis redis = new Redis(settings, workload, supervisor);
    supervisor.onConnected(new EvictionCheck(settings, workload, supervisor::link));
    supervisor.start();
    return redis;
  }

  /** Returns the settings of this connection. */
  public RedisSettings settings() {
    return settings;
  }

  /** Returns the workload that this connection serves. */
  public Workload workload() {
    return workload;
  }

  /** Returns whether commands can reach Redis now. Does not block. */
  public ConnectionState state() {
    return supervisor == null ? ConnectionState.DISABLED : supervisor.state();
  }

  /** Returns the counts of attempts, outages and failed commands. Does not block. */
  public ConnectionStatistics statistics() {
    return supervisor == null ? ConnectionStatistics.zero() : supervisor.statistics();
  }

  /**
   * Calls {@code listener} after each change of state, on a thread that does nothing else but
   * reconnect: it must not block. Its failures are logged and change nothing.
   */
  public void onStateChange(Consumer<ConnectionState> listener) {
    if (supervisor != null) {
      supervisor.onStateChange(listener);
    }
  }

  /**
   * Asks the server for its figures; one round trip. Blocks up to the command time-out. On a cluster
   * these are the figures of one node, and the keys of all.
   *
   * @return the figures, or empty if Redis cannot be reached or refuses to tell
   */
  public Optional<ServerInfo> serverInfo() {
    try {
      Reply<String> server = commands.info("server");
      Reply<String> memory = commands.info("memory");
      Reply<Long> keys = commands.dbsize();
      Map<String, String> fields = fieldsOf(server.await() + "\n" + memory.await());
      return Optional.of(new ServerInfo(
          fields.getOrDefault("redis_version", "unknown"),
          Duration.ofSeconds(number(fields, "uptime_in_seconds")),
          number(fields, "used_memory"),
          number(fields, "used_memory_peak"),
          number(fields, "maxmemory"),
          fields.getOrDefault("maxmemory_policy", "unknown"),
          keys.await()));
    } catch (RedisUnavailableException | RedisOperationException e) {
      return Optional.empty();
    }
  }

  /** Returns what features send commands through; not for applications. */
  public RedisCommands commands() {
    return commands;
  }

  /** Closes the connection for good; commands under way fail. Blocks for two seconds at most. */
  @Override
  public void close() {
    if (supervisor != null) {
      supervisor.close();
    }
  }

  /** Returns what stands in the answer to {@code INFO}, by the server's names. */
  static Map<String, String> fieldsOf(String info) {
    return info.lines()
        .filter(line -> line.indexOf(':') > 0)
        .collect(Collectors.toMap(
            line -> line.substring(0, line.indexOf(':')),
            line -> line.substring(line.indexOf(':') + 1).trim(),
            (first, second) -> first));
  }

  private static long number(Map<String, String> fields, String name) {
    return Long.parseLong(fields.getOrDefault(name, "0"));
  }
}
