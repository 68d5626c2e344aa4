package dev.forebay.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A master, its replicas and the sentinels that watch them: real redis-servers as child processes,
 * on 127.0.0.1 only. For tests, demonstrations and development.
 *
 * <pre>{@code
 * try (EmbeddedSentinel redis = EmbeddedSentinel.start()) {
 *   redis.master().kill();
 *   redis.awaitMaster().execute("SET", "greeting", "hello");
 * }
 * }</pre>
 *
 * <p>Each server can be killed, paused and restarted for itself. Like {@link EmbeddedRedis} it leaves
 * nothing behind, however this JVM ends. Safe for concurrent use; what waits does so for at most the
 * time of {@link EmbeddedSentinelBuilder#startWithin}.
 */
public final class EmbeddedSentinel implements AutoCloseable {

  private final ServerSet servers;
  private final SentinelView view;
  private final @Nullable String sentinelPassword;
  private final Duration patience;

  EmbeddedSentinel(
      ServerSet servers, SentinelView view, @Nullable String sentinelPassword, Duration patience) {
    this.servers = servers;
    this.view = view;
    this.sentinelPassword = sentinelPassword;
    this.patience = patience;
  }

  /** Starts the default set, without passwords: a master, 2 replicas, 3 sentinels. */
  public static EmbeddedSentinel start() {
    return builder().start();
  }

  /** A set to be configured, then started. */
  public static EmbeddedSentinelBuilder builder() {
    return new EmbeddedSentinelBuilder();
  }

  /**
   * The address as {@code redis-sentinel://[[user]:password@]host:port,host:port#mastername}, with the
   * login of the data nodes; with TLS {@code rediss-sentinel://...}. No such address has room for
   * {@link #sentinelPassword()}.
   */
  public String uri() {
    RedisEndpoint node = nodes().get(0).endpoint();
    return sentinels().stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port())
        .collect(Collectors.joining(
            ",", node.scheme() + "-sentinel://" + node.userInfo(), "#" + masterName()));
  }

  /** What the sentinels call the master. */
  public String masterName() {
    return view.masterName();
  }

  /** The password that {@link #uri()} holds, or null. */
  public @Nullable String password() {
    return nodes().get(0).password();
  }

  /** The password of the sentinels, or null. */
  public @Nullable String sentinelPassword() {
    return sentinelPassword;
  }

  /** What a client needs to trust the servers; see {@link EmbeddedRedis#tlsFiles()}. */
  public TlsFiles tlsFiles() {
    return nodes().get(0).tlsFiles();
  }

  /** The sentinels; those that were ended as well. */
  public List<EmbeddedRedis> sentinels() {
    return view.sentinels();
  }

  /** The data nodes, in the order in which they were started; those that were ended as well. */
  public List<EmbeddedRedis> nodes() {
    return view.data();
  }

  /**
   * The master that most sentinels name at this moment; it may have ended, if they have not noticed
   * yet. One round trip to each sentinel.
   *
   * @throws EmbeddedServerException if no sentinel answers
   */
  public EmbeddedRedis master() {
    return view.master()
        .orElseThrow(() -> new EmbeddedServerException(
            "No sentinel says who is master of " + masterName() + ". See that one runs."));
  }

  /** All data nodes but the {@link #master()}. */
  public List<EmbeddedRedis> replicas() {
    EmbeddedRedis master = master();
    return nodes().stream().filter(node -> node != master).toList();
  }

  /**
   * Waits until the sentinels that run agree on a master that runs and takes writes, and returns it:
   * after a kill, the one that was promoted.
   *
   * @throws EmbeddedServerException if they do not in time
   */
  public EmbeddedRedis awaitMaster() {
    Patience.until("the sentinels agree on a master", patience, view::obstacleToMaster);
    return master();
  }

  /**
   * Waits for the master as {@link #awaitMaster()} does, until every other data node that runs is its
   * replica and in sync, and until every sentinel that runs has seen that. A former master that comes
   * back is made a replica by the sentinels only 10 to 20 s later.
   *
   * <p>After a kill this may take minutes, more than it waits perhaps: sentinels sometimes leave the
   * last replica at the dead master. Use {@link #awaitMaster()} there.
   *
   * @throws EmbeddedServerException if that is not so in time
   */
  public void awaitReady() {
    EmbeddedRedis master = awaitMaster();
    List<EmbeddedRedis> others =
        ServerSet.awake(nodes()).stream().filter(node -> node != master).toList();
    Patience.until(
        "every replica is in sync and known to every sentinel",
        patience,
        () -> ReplicationState.obstacle(master, others).or(this::obstacleToKnowledge));
  }

  private Optional<String> obstacleToKnowledge() {
    try {
      return view.obstacleToKnowledge();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Lets the sentinels promote a replica although the master is well. Returns the new master when
   * they agree on it, it takes writes, and the former one follows it. The sentinels would leave the
   * former one a master for 10 to 20 s; here it is told at once, and its clients are cut off, as the
   * sentinels do it then.
   *
   * @throws EmbeddedServerException if there is no replica fit for it, or it is not done in time
   */
  public EmbeddedRedis failOver() {
    EmbeddedRedis former = awaitMaster();
    Patience.until("a sentinel starts a failover", patience, view::obstacleToFailOver);
    Patience.until(
        "the sentinels agree on a new master",
        patience,
        () -> master() == former
            ? Optional.of(former + " is still master")
            : view.obstacleToMaster());
    EmbeddedRedis promoted = master();
    former.execute("REPLICAOF", "127.0.0.1", Integer.toString(promoted.port()));
    former.execute("CLIENT", "KILL", "TYPE", "normal");
    Patience.until(
        "the former master is in sync",
        patience,
        () -> ReplicationState.obstacle(promoted, List.of(former)));
    return promoted;
  }

  /** Sends one command to the {@link #master()}; see {@link RedisEndpoint#execute(String...)}. */
  public @Nullable Object execute(String... command) {
    return master().execute(command);
  }

  /** Ends all servers and deletes their folders. Waits until that is done. May be called again. */
  @Override
  public void close() {
    servers.close();
  }

  /** Ports and processes; no password. */
  @Override
  public String toString() {
    return "Sentinels of " + masterName() + ": " + servers.servers();
  }
}
