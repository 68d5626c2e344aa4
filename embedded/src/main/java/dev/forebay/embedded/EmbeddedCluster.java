package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Redis Cluster: real redis-servers as child processes, on 127.0.0.1 only, that share 16384 slots.
 * For tests, demonstrations and development.
 *
 * <pre>{@code
 * try (EmbeddedCluster redis = EmbeddedCluster.start()) {
 *   redis.masterOf(EmbeddedCluster.slotOf("greeting")).kill();
 *   redis.awaitReady();
 *   redis.execute("SET", "greeting", "hello");
 * }
 * }</pre>
 *
 * <p>Each node can be killed, paused and restarted for itself. Like {@link EmbeddedRedis} it leaves
 * nothing behind, however this JVM ends. Safe for concurrent use; what waits does so for at most the
 * time of {@link EmbeddedClusterBuilder#startWithin}.
 */
public final class EmbeddedCluster implements AutoCloseable {

  private static final int REDIRECTS = 5;
  private static final Pattern REDIRECT = Pattern.compile("(MOVED|ASK) \\d+ [^ ]*:(\\d+)");

  private final ServerSet servers;
  private final Duration patience;

  EmbeddedCluster(ServerSet servers, Duration patience) {
    this.servers = servers;
    this.patience = patience;
  }

  /** Starts the default cluster, without a password: 3 masters with a replica each. */
  public static EmbeddedCluster start() {
    return builder().start();
  }

  /** A cluster to be configured, then started. */
  public static EmbeddedClusterBuilder builder() {
    return new EmbeddedClusterBuilder();
  }

  /** The slot of a key, from 0 to 16383: that of its hash tag, if it has one. */
  public static int slotOf(String key) {
    return HashSlot.of(key);
  }

  /** The address of the first node, from which a client finds the others. */
  public String uri() {
    return uris().get(0);
  }

  /** The addresses of all nodes; also of those that were ended. */
  public List<String> uris() {
    return nodes().stream().map(EmbeddedRedis::uri).toList();
  }

  /** The password that {@link #uri()} holds, or null. */
  public @Nullable String password() {
    return nodes().get(0).password();
  }

  /** What a client needs to trust the nodes; see {@link EmbeddedRedis#tlsFiles()}. */
  public TlsFiles tlsFiles() {
    return nodes().get(0).tlsFiles();
  }

  /** All nodes in the order in which they were started; also those that were ended. */
  public List<EmbeddedRedis> nodes() {
    return servers.servers();
  }

  /** The nodes that run and are masters at this moment. A round trip to each node. */
  public List<EmbeddedRedis> masters() {
    return view().masters();
  }

  /** The nodes that run and are replicas of that one, which may have ended. */
  public List<EmbeddedRedis> replicasOf(EmbeddedRedis master) {
    return view().replicasOf(master);
  }

  /**
   * The node that serves a slot at this moment. A round trip to each node.
   *
   * @param slot from 0 to 16383
   * @throws EmbeddedServerException if none that runs does; a replica may yet be promoted, see {@link
   *     #awaitReady()}
   */
  public EmbeddedRedis masterOf(int slot) {
    HashSlot.require(slot);
    return view()
        .masterOf(slot)
        .orElseThrow(() -> new EmbeddedServerException("No node that runs serves slot " + slot
            + ". Wait for a promotion with awaitReady(), or restart its master."));
  }

  private ClusterView view() {
    try {
      return ClusterView.of(nodes());
    } catch (IOException e) {
      throw new EmbeddedServerException("A node does not answer: " + e.getMessage(), e);
    }
  }

  /**
   * Waits until the nodes that run serve all slots, agree on who does what, and every replica among
   * them is in sync: after a kill, until a replica was promoted.
   *
   * @throws EmbeddedServerException if that is not so in time
   */
  public void awaitReady() {
    Patience.until(
        "every slot is served", patience, () -> ClusterView.of(nodes()).obstacle());
  }

  /**
   * Moves a slot with its keys to another master, as operators do it while clients go on. Returns
   * when every node that runs knows. Does nothing if it is there already.
   *
   * @param slot from 0 to 16383
   * @param target a master of this cluster that runs
   * @throws EmbeddedServerException if a node does not answer or refuses
   */
  public void moveSlot(int slot, EmbeddedRedis target) {
    if (masterOf(slot) != target) {
      beginMove(slot, target).finish();
    }
  }

  /**
   * Begins to move a slot and moves no key yet: from now on the source answers {@code ASK} for keys
   * of the slot that it does not have.
   *
   * @param slot from 0 to 16383
   * @param target a master of this cluster that runs and does not serve the slot
   * @throws EmbeddedServerException if a node does not answer or refuses
   */
  public SlotMove beginMove(int slot, EmbeddedRedis target) {
    SlotMove move = new SlotMove(this, slot, masterOf(slot), target);
    move.begin();
    return move;
  }

  /**
   * Promotes a replica of a master: in order, without loss, if the master runs; by force if it was
   * paused or ended. Returns the new master when all nodes that run know it.
   *
   * @throws EmbeddedServerException if the master has no replica that runs, or it is not done in time
   */
  public EmbeddedRedis failOver(EmbeddedRedis master) {
    EmbeddedRedis replica = replicasOf(master).stream()
        .findFirst()
        .orElseThrow(() -> new EmbeddedServerException(
            master + " has no replica that runs. Start one, or restart it."));
    String[] command = master.isAwake()
        ? new String[] {"CLUSTER", "FAILOVER"}
        : new String[] {"CLUSTER", "FAILOVER", "FORCE"};
    replica.execute(command);
    Patience.until(
        replica + " is master",
        patience,
        () -> ClusterView.of(nodes()).own(replica).isMaster()
            ? Optional.empty()
            : Optional.of("it is a replica"));
    awaitReady();
    return replica;
  }

  /**
   * Sends one command to the node that serves its key, following {@code MOVED} and {@code ASK}; one
   * without a key to any master. See {@link RedisEndpoint#execute(String...)}.
   */
  public @Nullable Object execute(String... command) {
    RedisEndpoint endpoint = masters().stream()
        .findFirst()
        .orElseThrow(() -> new EmbeddedServerException("No master runs. Restart one."))
        .endpoint();
    String[][] commands = {command};
    for (int i = 0; i < REDIRECTS; i++) {
      Object reply = reply(endpoint, commands);
      Matcher redirect = REDIRECT.matcher(reply instanceof ErrorReply e ? e.message() : "");
      if (!redirect.matches()) {
        endpoint.requireNoError(reply, command[0]);
        return reply;
      }
      endpoint = endpoint.at("127.0.0.1", Integer.parseInt(redirect.group(2)));
      commands = redirect.group(1).equals("ASK")
          ? new String[][] {{"ASKING"}, command}
          : new String[][] {command};
    }
    throw new EmbeddedServerException(command[0] + " was sent on " + REDIRECTS
        + " times without an answer. Wait for the cluster to agree with awaitReady().");
  }

  private static @Nullable Object reply(RedisEndpoint endpoint, String[]... commands) {
    try {
      return endpoint.reply(UTF_8, commands);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "No reply from " + endpoint + ": " + e.getMessage() + ". See whether that node runs.", e);
    }
  }

  static String idOf(EmbeddedRedis node) {
    return String.valueOf(node.execute("CLUSTER", "MYID"));
  }

  /** Ends all nodes and deletes their folders. Waits until that is done. May be called again. */
  @Override
  public void close() {
    servers.close();
  }

  /** Ports and processes; no password. */
  @Override
  public String toString() {
    return "Cluster of " + nodes();
  }
}
