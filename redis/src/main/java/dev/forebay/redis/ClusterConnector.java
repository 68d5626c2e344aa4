package dev.forebay.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Connects to a cluster. Lettuce keeps a connection for each node, makes lost ones anew and follows
 * the cluster's own redirections; commands under way on a lost one fail and are not sent again.
 */
final class ClusterConnector implements Connector {

  private final EventLoops eventLoops = new EventLoops();
  private final ClientResources resources = LettuceClient.resources(eventLoops);
  private final RedisClusterClient client;
  private final RedisSettings settings;

  ClusterConnector(RedisSettings settings, Workload workload) {
    this.settings = settings;
    this.client = RedisClusterClient.create(
        resources, LettuceClient.seeds(settings, settings.addressOf(workload)));
    client.setOptions(LettuceClient.common(ClusterClientOptions.builder(), settings)
        .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
            .adaptiveRefreshTriggersTimeout(Duration.ofMillis(500))
            .enablePeriodicRefresh(Duration.ofSeconds(15))
            .build())
        .build());
  }

  @Override
  public CompletionStage<Link> connect() {
    eventLoops.fence().leaveAll();
    return client
        .refreshPartitionsAsync()
        .thenCompose(refreshed -> client.connectAsync(LettuceClient.CODEC))
        .thenCompose(this::link);
  }

  private CompletionStage<Link> link(StatefulRedisClusterConnection<String, byte[]> connection) {
    ClusterLink link = new ClusterLink(
        connection, eventLoops, settings.connectTimeout(), settings.commandTimeout());
    return link.connectNodes().thenApply(done -> {
      if (link.isConnected()) {
        return link;
      }
      link.stopSending();
      var unused = connection.closeAsync();
      throw new RedisException("No master of the cluster can be connected to");
    });
  }

  @Override
  public CompletionStage<StatefulRedisPubSubConnection<String, String>> connectPubSub() {
    return client.connectPubSubAsync(StringCodec.UTF8).thenApply(Function.identity());
  }

  @Override
  public void onLost(Consumer<Object> listener) {}

  @Override
  public void close() {
    eventLoops.close();
    LettuceClient.shutDown(client, resources);
  }
}
