package dev.forebay.benchmarks;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;

/** One Lettuce connection as fast as it goes, for floors: no timer per command, values as bytes. */
public final class BareLettuce implements AutoCloseable {

  /** How it is set up, in words. */
  public static final String CONFIGURATION =
      "one connection, keys as ASCII, no time-out per command (a timer less)";

  private final RedisClient client;
  private final StatefulRedisConnection<String, byte[]> connection;

  /** Connects. */
  public BareLettuce(String uri) {
    client = RedisClient.create(uri);
    client.setOptions(
        ClientOptions.builder().timeoutOptions(TimeoutOptions.create()).build());
    connection = client.connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE));
  }

  /** Returns the connection, which all callers share. */
  public StatefulRedisConnection<String, byte[]> connection() {
    return connection;
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
