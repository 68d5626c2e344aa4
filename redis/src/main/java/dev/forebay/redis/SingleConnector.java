package dev.forebay.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletionStage;
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

  SingleConnector(RedisSettings settings, Workload workload) {
    this.uri = LettuceClient.single(settings, settings.addressOf(workload));
    this.client = RedisClient.create(resources, uri);
    client.setOptions(LettuceClient.common(ClientOptions.builder(), settings)
        .autoReconnect(false)
        .build());
  }

  @Override
  public CompletionStage<Link> connect() {
    return client.connectAsync(LettuceClient.CODEC, uri).thenApply(this::link);
  }

  private Link link(StatefulRedisConnection<String, byte[]> connection) {
    EventLoop eventLoop = eventLoops.of(connection);
    if (eventLoop == null) {
      throw new RedisException("The connection was lost at once");
    }
    return new ServerLink(connection, eventLoop);
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
    LettuceClient.shutDown(client, resources);
  }
}
