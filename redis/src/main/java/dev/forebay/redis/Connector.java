package dev.forebay.redis;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Makes connections to one address, whatever its topology. */
interface Connector extends AutoCloseable {

  /** Makes one attempt to connect. The link can be used when the stage completes. */
  CompletionStage<Link> connect();

  /** Makes one attempt to connect for subscriptions. */
  CompletionStage<StatefulRedisPubSubConnection<String, String>> connectPubSub();

  /**
   * Tells {@code listener} of links that are lost, on an event loop: it must not block. A cluster
   * tells nothing, as losing one node is not losing the cluster; see {@link Link#isAdrift}.
   */
  void onLost(Consumer<Object> listener);

  /**
   * Closes every connection and thread, and fails attempts that are under way. Blocks for 1.5 seconds
   * at most.
   */
  @Override
  void close();
}
