package dev.forebay.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.Endpoint;
import io.lettuce.core.pubsub.PubSubCommandHandler;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of the connections that are open, and of those to come until this is closed.
 * Lettuce does not tell them, but hands out each Netty channel, whose command handler and the
 * connection have their endpoint in common. A connection that Lettuce makes anew keeps its endpoint
 * and has another channel.
 */
final class EventLoops implements NettyCustomizer {

  private final Map<Object, Channel> channels = new ConcurrentHashMap<>();
  private final Fence fence = new Fence();
  private volatile boolean closed;

  /** Returns what stands between these connections and those that were left. */
  Fence fence() {
    return fence;
  }

  /**
   * Fails attempts to connect from now on. Those that are broken by the end of their client would be
   * made again with the next sentinel or node otherwise, on event loops that have ended. Those under
   * way are broken here: an event loop that is ending may still connect them, and leaves them open
   * for good.
   */
  void close() {
    closed = true;
    channels.values().forEach(EventLoops::closeUnlessConnected);
  }

  private static void closeUnlessConnected(Channel channel) {
    if (!channel.isActive()) {
      var unused = channel.close();
    }
  }

  @Override
  public void afterBootstrapInitialized(Bootstrap bootstrap) {
    if (closed) {
      throw new RedisException("The client is closed");
    }
  }

  @Override
  public void afterChannelInitialized(Channel channel) {
    CommandHandler handler = channel.pipeline().get(CommandHandler.class);
    if (handler != null) {
      Endpoint endpoint = handler.getEndpoint();
      channels.put(endpoint, channel);
      channel.closeFuture().addListener(done -> channels.remove(endpoint, channel));
      if (!(handler instanceof PubSubCommandHandler)) {
        fence.guard(channel, handler);
      }
    }
    if (closed) {
      closeUnlessConnected(channel);
    }
  }

  /** Returns the event loop that carries {@code connection}, or null if that was lost already. */
  @Nullable
  EventLoop of(StatefulConnection<?, ?> connection) {
    Channel channel = channelOf(connection);
    return channel == null ? null : channel.eventLoop();
  }

  /** Returns what carries {@code connection} until it breaks, or null if that was lost already. */
  @Nullable
  Channel channelOf(StatefulConnection<?, ?> connection) {
    return channels.get(((RedisChannelHandler<?, ?>) connection).getChannelWriter());
  }
}
