package dev.forebay.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.Endpoint;
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
  private volatile boolean closed;

  /**
   * Fails attempts to connect from now on. Those that are broken by the end of their client would be
   * made again with the next sentinel or node otherwise, on event loops that have ended.
   */
  void close() {
    closed = true;
  }

  @Override
  public void afterBootstrapInitialized(Bootstrap bootstrap) {
    if (closed) {
      throw new RedisException("The client is closed");
    }
  }

  @Override
  public void afterChannelInitialized(Channel channel) {
    if (closed) {
      // An event loop that is ending would connect it, and leave it open for good.
      var unused = channel.close();
      return;
    }
    CommandHandler handler = channel.pipeline().get(CommandHandler.class);
    if (handler == null) {
      return;
    }
    Endpoint endpoint = handler.getEndpoint();
    channels.put(endpoint, channel);
    channel.closeFuture().addListener(closed -> channels.remove(endpoint, channel));
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
