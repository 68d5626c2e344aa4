package dev.forebay.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.Endpoint;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of the connections that are open. Lettuce does not tell them, but hands out each
 * Netty channel, whose command handler and the connection have their endpoint in common. A
 * connection that Lettuce makes anew keeps its endpoint and has another channel.
 */
final class EventLoops implements NettyCustomizer {

  private final Map<Object, Channel> channels = new ConcurrentHashMap<>();

  @Override
  public void afterChannelInitialized(Channel channel) {
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
    Channel channel = channels.get(((RedisChannelHandler<?, ?>) connection).getChannelWriter());
    return channel == null ? null : channel.eventLoop();
  }
}
