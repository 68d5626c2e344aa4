package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.RedisEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a shared Redis, Sentinel set or cluster that belongs to one test: all keys that start with a prefix of its own,
 * in every database. Give the prefix to what is tested; {@link RedisExtension} deletes the keys
 * after the test. Safe for concurrent use.
 */
public final class RedisNamespace {

  private static final int RADIX = 36;
  private static final int BATCH = 1_000;
  private static final Pattern DATABASE = Pattern.compile("(?m)^db(\\d+):");

  // Four characters tell the JVMs that share a server apart, the rest the tests of one JVM.
  private static final String JVM = Integer.toString(
      ThreadLocalRandom.current().nextInt(RADIX * RADIX * RADIX, RADIX * RADIX * RADIX * RADIX),
      RADIX);
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final SharedServers redis;
  private final Topology topology;
  private final String keyPrefix;

  RedisNamespace(SharedServers redis, Topology topology) {
    this.redis = redis;
    this.topology = topology;
    this.keyPrefix = "t" + JVM + Integer.toString(COUNT.incrementAndGet(), RADIX) + "_";
  }

  /**
   * The address of the shared server, with its password if it has one; of the sentinels as {@code
   * redis-sentinel://host:port,host:port,host:port#mymaster}; of a cluster that of its first node.
   */
  public String uri() {
    return redis.uri();
  }

  /** What the shared servers are. */
  public Topology topology() {
    return topology;
  }

  /**
   * What every key of this test must start with: a letter, letters and digits, an underscore, such
   * as {@code tk3f91a_}. No prefix is the start of another one.
   */
  public String keyPrefix() {
    return keyPrefix;
  }

  /** The prefix followed by {@code name}. */
  public String key(String name) {
    return keyPrefix + name;
  }

  /**
   * Sends one command as it is, without adding the prefix, to the master that it belongs to; see
   * {@link RedisEndpoint#execute}.
   */
  public @Nullable Object execute(String... command) {
    return redis.execute(command);
  }

  /**
   * Deletes the keys of this test in all databases of every master. Blocks; takes a few round trips
   * and one more per 1,000 keys on the server, on a cluster per key. Called after the test; may be
   * called within it to start afresh.
   *
   * @throws dev.forebay.embedded.EmbeddedServerException if a server does not answer
   */
  public void deleteKeys() {
    redis.undisturbed(this::deleteKeysOfMasters);
  }

  private void deleteKeysOfMasters() {
    for (RedisEndpoint master : redis.masters()) {
      Matcher databases = DATABASE.matcher(String.valueOf(master.execute("INFO", "keyspace")));
      while (databases.find()) {
        deleteKeys(master.database(Integer.parseInt(databases.group(1))));
      }
    }
  }

  private void deleteKeys(RedisEndpoint database) {
    String cursor = "0";
    do {
      Object page = database.execute(
          "SCAN", cursor, "MATCH", keyPrefix + "*", "COUNT", Integer.toString(BATCH));
      List<?> parts = (List<?>) page;
      if (parts == null || !(parts.get(1) instanceof List<?> keys)) {
        throw new IllegalStateException("SCAN answered " + page + " instead of a cursor and keys");
      }
      cursor = String.valueOf(parts.get(0));
      unlink(database, keys);
    } while (!cursor.equals("0"));
  }

  private void unlink(RedisEndpoint database, List<?> keys) {
    // On a cluster one command deletes keys of one slot only.
    Map<Integer, List<String>> commands = new HashMap<>();
    for (Object key : keys) {
      String name = String.valueOf(key);
      int slot = topology.isCluster() ? EmbeddedCluster.slotOf(name) : 0;
      commands.computeIfAbsent(slot, s -> new ArrayList<>(List.of("UNLINK"))).add(name);
    }
    database.executeAll(commands.values().stream()
        .map(command -> command.toArray(String[]::new))
        .toList());
  }

  /** The key prefix. */
  @Override
  public String toString() {
    return keyPrefix;
  }
}
