package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.RedisEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server that the tests of a run share: started here, or one that the environment names. */
final class SharedRedis implements SharedServers {

  static final String ENVIRONMENT_VARIABLE = "FOREBAY_TEST_REDIS_URL";

  private final RedisEndpoint endpoint;
  private final @Nullable EmbeddedRedis ours;

  private SharedRedis(RedisEndpoint endpoint, @Nullable EmbeddedRedis ours) {
    this.endpoint = endpoint;
    this.ours = ours;
  }

  static SharedRedis start() {
    return start(System.getenv(ENVIRONMENT_VARIABLE));
  }

  /**
   * Uses the named server, or starts one if there is no name.
   *
   * @throws IllegalStateException if the name is no address, or nobody answers there
   */
  static SharedRedis start(@Nullable String url) {
    if (url == null || url.isBlank()) {
      EmbeddedRedis redis = EmbeddedRedis.start();
      return new SharedRedis(redis.endpoint(), redis);
    }
    try {
      RedisEndpoint endpoint = RedisEndpoint.of(url);
      endpoint.execute("PING");
      return new SharedRedis(endpoint, null);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          ENVIRONMENT_VARIABLE + " names no Redis that can be used: " + e.getMessage()
              + " Correct it, or unset it to let the tests start a server.",
          e);
    }
  }

  @Override
  public String uri() {
    return endpoint.uri();
  }

  @Override
  public @Nullable Object execute(String... command) {
    return endpoint.execute(command);
  }

  @Override
  public List<RedisEndpoint> masters() {
    return List.of(endpoint);
  }

  @Override
  public void close() {
    if (ours != null) {
      ours.close();
    }
  }
}
