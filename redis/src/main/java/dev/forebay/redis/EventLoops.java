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
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of the connections that are open, and of those to come until this is closed.
 * Lettuce does not tell them, but hands out each Netty channel, whose command handler and the
 * connection have their endpoint in common. A connection that Lettuce makes anew keeps its endpoint
 * and has another channel.
 */
final class EventLoops implements NettyCustomizer {

  private static final AttributeKey<Object> ATTEMPT =
      AttributeKey.valueOf(EventLoops.class, "attempt");
  private static final Duration LONGEST_BEGINNING = Duration.ofMillis(250);
  private static final Duration POLL = Duration.ofMillis(1);

  private final Map<Object, Channel> channels = new ConcurrentHashMap<>();
  /** Attempts to connect that have yet to be given their event loop; weak, as some never are. */
  private final Set<Object> beginning =
      Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

  private volatile boolean closed;

  /**
   * Fails attempts to connect from now on, and waits until each that has begun has its event loop,
   * for a short time. So none is made on an event loop that has ended: neither one that is just
   * beginning, nor one with the next sentinel or node, because the end of the client broke that
   * before.
   */
  void close() {
    closed = true;
    long end = System.nanoTime() + LONGEST_BEGINNING.toNanos();
    while (!beginning.isEmpty() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  @Override
  public void afterBootstrapInitialized(Bootstrap bootstrap) {
    Object attempt = new Object();
    // Before the look at whether this is closed, as whoever closes it looks here after.
    beginning.add(attempt);
    if (closed) {
      beginning.remove(attempt);
      throw new RedisException("The client is closed");
    }
    bootstrap.attr(ATTEMPT, attempt);
  }

  @Override
  public void afterChannelInitialized(Channel channel) {
    Object attempt = channel.attr(ATTEMPT).get();
    if (attempt != null) {
      beginning.remove(attempt);
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
    Channel channel = channels.get(((RedisChannelHandler<?, ?>) connection).getChannelWriter());
    return channel == null ? null : channel.eventLoop();
  }
}
