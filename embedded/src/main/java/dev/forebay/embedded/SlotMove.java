package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A slot on its way from one master to another. Until {@link #finish()} the source serves the keys
 * that it still has, and answers {@code ASK} for the others. For one thread.
 */
public final class SlotMove {

  private static final int BATCH = 100;
  private static final String TIMEOUT_MILLIS = "5000";

  private final EmbeddedCluster cluster;
  private final int slot;
  private final EmbeddedRedis source;
  private final EmbeddedRedis target;

  SlotMove(EmbeddedCluster cluster, int slot, EmbeddedRedis source, EmbeddedRedis target) {
    this.cluster = cluster;
    this.slot = slot;
    this.source = source;
    this.target = target;
  }

  // The target first: it must accept a key before the source sends anybody there.
  void begin() {
    String slotText = Integer.toString(slot);
    target.execute("CLUSTER", "SETSLOT", slotText, "IMPORTING", EmbeddedCluster.idOf(source));
    source.execute("CLUSTER", "SETSLOT", slotText, "MIGRATING", EmbeddedCluster.idOf(target));
  }

  /** The slot, from 0 to 16383. */
  public int slot() {
    return slot;
  }

  /** The master that gives the slot away. */
  public EmbeddedRedis source() {
    return source;
  }

  /** The master that gets it. */
  public EmbeddedRedis target() {
    return target;
  }

  /**
   * Moves some of the keys that are still at the source. Two round trips; blocks both servers
   * meanwhile.
   *
   * @param atMost 1 or more
   * @return how many it moved; 0 if there are none left
   * @throws EmbeddedServerException if a server does not answer or refuses; the keys are at the source
   *     or at the target then
   */
  public int moveKeys(int atMost) {
    if (atMost < 1) {
      throw new IllegalArgumentException("atMost must be >= 1, was " + atMost);
    }
    List<String> keys = keys(atMost);
    if (!keys.isEmpty()) {
      List<String> command = new ArrayList<>(List.of(
          "MIGRATE", "127.0.0.1", Integer.toString(target.port()), "", "0", TIMEOUT_MILLIS));
      String user = target.endpoint().user();
      String password = target.password();
      if (password != null) {
        command.addAll(
            user == null
                ? List.of("AUTH", asBytes(password))
                : List.of("AUTH2", asBytes(user), asBytes(password)));
      }
      command.add("KEYS");
      command.addAll(keys);
      bytewise(command);
    }
    return keys.size();
  }

  private static String asBytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  private List<String> keys(int atMost) {
    Object keys = bytewise(
        List.of("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), Integer.toString(atMost)));
    return keys instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
  }

  // Keys are bytes: ISO 8859-1 brings each back as it came.
  private @Nullable Object bytewise(List<String> command) {
    RedisEndpoint endpoint = source.endpoint();
    try {
      Object reply = endpoint.reply(ISO_8859_1, new String[][] {command.toArray(String[]::new)});
      endpoint.requireNoError(reply, command.get(0));
      return reply;
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Slot " + slot + " stays half moved: no reply from " + source + ": " + e.getMessage(), e);
    }
  }

  /**
   * Moves the remaining keys, gives the slot to the target, and returns when every node that runs
   * knows that.
   *
   * @throws EmbeddedServerException if a server does not answer or refuses; the slot stays half moved
   *     then, and this may be called again
   */
  public void finish() {
    int moved;
    do {
      moved = moveKeys(BATCH);
    } while (moved > 0);
    List<EmbeddedRedis> masters = new ArrayList<>(List.of(target, source));
    cluster.masters().stream().filter(node -> !masters.contains(node)).forEach(masters::add);
    String id = EmbeddedCluster.idOf(target);
    masters.forEach(
        master -> master.execute("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id));
    cluster.awaitReady();
  }
}
