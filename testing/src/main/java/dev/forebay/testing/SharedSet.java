package dev.forebay.testing;

import dev.forebay.embedded.RedisEndpoint;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Several servers, started here. */
record SharedSet(
    String uri, Executor executor, Supplier<List<RedisEndpoint>> mastersNow, Runnable closing)
    implements SharedServers {

  /** How the set sends a command to where it belongs. */
  @FunctionalInterface
  interface Executor {
    @Nullable
    Object execute(String... command);
  }

  @Override
  public @Nullable Object execute(String... command) {
    return executor.execute(command);
  }

  @Override
  public List<RedisEndpoint> masters() {
    return mastersNow.get();
  }

  @Override
  public void close() {
    closing.run();
  }
}
