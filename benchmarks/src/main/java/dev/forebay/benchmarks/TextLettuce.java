package dev.forebay.benchmarks;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

/** What {@link BareLettuce} is, with values as text. Closes its connections with itself. */
public final class TextLettuce implements AutoCloseable {

  /** Its configuration in words. */
  public static final String CONFIGURATION =
      "one connection, no time-out per command (a timer less)";

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  /** @param uri with the number of the database */
  public TextLettuce(String uri) {
    client = RedisClient.create(uri);
    client.setOptions(
        ClientOptions.builder().timeoutOptions(TimeoutOptions.create()).build());
    connection = client.connect();
  }

  /** Returns the client, for connections of another kind. */
  public RedisClient client() {
    return client;
  }

  /** Returns the connection that all callers share. */
  public StatefulRedisConnection<String, String> connection() {
    return connection;
  }

  /** Returns commands that wait for their replies. */
  public RedisCommands<String, String> sync() {
    return connection.sync();
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
