package dev.forebay.benchmarks.cache;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;

/** One Lettuce connection as fast as it goes: no timer per command, values as bytes. */
final class LettuceConnection implements AutoCloseable {

  static final String CONFIGURATION =
      "one connection, keys as ASCII, no time-out per command (a timer less)";

  private final RedisClient client;
  private final StatefulRedisConnection<String, byte[]> connection;

  LettuceConnection(String uri) {
    client = RedisClient.create(uri);
    client.setOptions(
        ClientOptions.builder().timeoutOptions(TimeoutOptions.create()).build());
    connection = client.connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE));
  }

  StatefulRedisConnection<String, byte[]> connection() {
    return connection;
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
