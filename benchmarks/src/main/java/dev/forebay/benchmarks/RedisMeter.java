package dev.forebay.benchmarks;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import java.util.TreeMap;

/** Reads what a server has used so far, on a connection of its own. For one thread. */
final class RedisMeter implements AutoCloseable {

  private static final String COMMAND = "cmdstat_";
  private static final String OWN = "info";
  private static final int SAMPLE = 500;

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  RedisMeter(String uri) {
    client = RedisClient.create(RedisURI.create(uri));
    connection = client.connect();
  }

  /**
   * What was used.
   *
   * @param cpuNanos of all threads of the server
   * @param commands calls by command; those that scripts make count too
   */
  record Reading(long cpuNanos, Map<String, Long> commands) {

    Reading since(Reading before) {
      Map<String, Long> calls = new TreeMap<>();
      commands.forEach((name, count) -> {
        long grown = count - before.commands.getOrDefault(name, 0L);
        if (grown > 0) {
          calls.put(name, grown);
        }
      });
      return new Reading(cpuNanos - before.cpuNanos, calls);
    }

    Reading plus(Reading other) {
      Map<String, Long> calls = new TreeMap<>(commands);
      other.commands.forEach((name, count) -> calls.merge(name, count, Long::sum));
      return new Reading(cpuNanos + other.cpuNanos, calls);
    }
  }

  Reading read() {
    Map<String, Long> commands = new TreeMap<>();
    double cpuSeconds = 0;
    for (String line : connection.sync().info("all").lines().toList()) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      String name = line.substring(0, colon);
      String value = line.substring(colon + 1);
      switch (name) {
        case "used_cpu_sys", "used_cpu_user" -> cpuSeconds += Double.parseDouble(value);
        default -> {
          if (name.startsWith(COMMAND) && !name.equals(COMMAND + OWN)) {
            String calls = value.substring(value.indexOf('=') + 1, value.indexOf(','));
            commands.put(name.substring(COMMAND.length()), Long.parseLong(calls));
          }
        }
      }
    }
    return new Reading(Math.round(cpuSeconds * 1e9), commands);
  }

  /**
   * Returns how many bytes the keys of a database take, without the index and the expiry times that
   * Redis keeps beside them. Where there are many keys, some stand for all.
   */
  double bytesIn(int database) {
    RedisCommands<String, String> redis = connection.sync();
    redis.select(database);
    long keys = redis.dbsize();
    long asked = 0;
    long bytes = 0;
    ScanIterator<String> scan = ScanIterator.scan(redis, ScanArgs.Builder.limit(SAMPLE));
    while (asked < SAMPLE && scan.hasNext()) {
      bytes += redis.memoryUsage(scan.next());
      asked++;
    }
    return asked == 0 ? 0 : (double) bytes * keys / asked;
  }

  /** Empties a database. */
  void empty(int database) {
    connection.sync().select(database);
    connection.sync().flushdb();
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
