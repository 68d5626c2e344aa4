package dev.forebay.testing;

import dev.forebay.embedded.RedisEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers that the tests of a run share, seen as one. */
interface SharedServers extends AutoCloseable {

  /** The address for a client. */
  String uri();

  /** Sends one command to where it belongs. */
  @Nullable
  Object execute(String... command);

  /** All that hold keys of their own. */
  List<RedisEndpoint> masters();

  /**
   * Begins what happens to these servers for as long as a test uses them.
   *
   * @return ends it, and fails if it failed
   */
  default Runnable disturb(String keyPrefix) {
    return () -> {};
  }

  /** Does something while nothing happens to these servers, for this test or another one. */
  default void undisturbed(Runnable action) {
    action.run();
  }

  @Override
  void close();
}
