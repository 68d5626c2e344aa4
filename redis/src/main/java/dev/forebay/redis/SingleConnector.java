package dev.forebay.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Connects to one server: a standalone one, or the master that the sentinels name at each attempt.
 * A connection that breaks stays broken, as Lettuce's own reconnecting is off; the supervisor asks
 * for another one.
 */
final class SingleConnector implements Connector {

  private final EventLoops eventLoops = new EventLoops();
  private final ClientResources resources = LettuceClient.resources(eventLoops);
  private final RedisURI uri;
  private final RedisClient client;
  private final Duration commandTimeout;

  SingleConnector(RedisSettings settings, Workload workload) {
    this.commandTimeout = settings.commandTimeout();
    this.uri = LettuceClient.single(settings, settings.addressOf(workload));
    this.client = RedisClient.create(resources, uri);
    client.setOptions(LettuceClient.common(ClientOptions.builder(), settings)
        .autoReconnect(false)
        .build());
  }

  @Override
  public CompletionStage<Link> connect() {
    eventLoops.fence().leaveAll();
    return client
        .connectAsync(LettuceClient.CODEC, uri)
        .toCompletableFuture()
        .exceptionallyCompose(failure -> ConnectFailures.isReasonMissed(failure)
            ? client.connectAsync(LettuceClient.CODEC, uri)
            : CompletableFuture.failedFuture(failure))
        .thenCompose(this::named)
        .thenApply(this::link);
  }

  /** Waits until the server has told what the next connection ends this one by. */
  private CompletionStage<StatefulRedisConnection<String, byte[]>> named(
      StatefulRedisConnection<String, byte[]> connection) {
    Channel channel = eventLoops.channelOf(connection);
    if (channel == null) {
      return CompletableFuture.completedFuture(connection);
    }
    return eventLoops
        .fence()
        .named(channel)
        .thenApply(done -> connection)
        .toCompletableFuture()
        .completeOnTimeout(connection, uri.getTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private Link link(StatefulRedisConnection<String, byte[]> connection) {
    EventLoop eventLoop = eventLoops.of(connection);
    if (eventLoop == null) {
      throw new RedisException("The connection was lost at once");
    }
    return new ServerLink(
        connection,
        eventLoop,
        () -> new NodeConnection(toReplica(), eventLoops, null, commandTimeout));
  }

  /** Connects to one of the replicas that the sentinels know to follow their master. */
  private CompletableFuture<StatefulRedisConnection<String, byte[]>> toReplica() {
    if (uri.getSentinels().isEmpty()) {
      return CompletableFuture.failedFuture(new RedisException("No sentinel tells of replicas"));
    }
    return client
        .connectSentinelAsync(StringCodec.UTF8, uri)
        .thenCompose(sentinel -> sentinel
            .async()
            .replicas(uri.getSentinelMasterId())
            .toCompletableFuture()
            .orTimeout(uri.getTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((replicas, failure) -> {
              var unused = sentinel.closeAsync();
            }))
        .thenCompose(replicas -> client.connectAsync(LettuceClient.CODEC, anyOf(replicas)));
  }

  private RedisURI anyOf(List<Map<String, String>> replicas) {
    List<Map<String, String>> healthy = replicas.stream()
        .filter(replica ->
            "slave".equals(replica.get("flags")) && "ok".equals(replica.get("master-link-status")))
        .toList();
    if (healthy.isEmpty()) {
      throw new RedisException("No replica follows the master");
    }
    Map<String, String> any = healthy.get(ThreadLocalRandom.current().nextInt(healthy.size()));
    RedisURI replica = RedisURI.create(any.get("ip"), Integer.parseInt(any.get("port")));
    replica.applySsl(uri);
    replica.setTimeout(uri.getTimeout());
    replica.setDatabase(uri.getDatabase());
    replica.setCredentialsProvider(uri.getCredentialsProvider());
    return replica;
  }

  @Override
  public CompletionStage<StatefulRedisPubSubConnection<String, String>> connectPubSub() {
    return client.connectPubSubAsync(StringCodec.UTF8, uri);
  }

  @Override
  public void onLost(Consumer<Object> listener) {
    client.addListener(new RedisConnectionStateListener() {
      @Override
      public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        listener.accept(connection);
      }
    });
  }

  @Override
  public void close() {
    eventLoops.close();
    LettuceClient.shutDown(client, resources);
  }
}
