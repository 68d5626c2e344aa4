package dev.forebay.redis;

import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.CommandType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was left in a connection from being carried out after what is sent by the next one to
 * the same server. One that hangs, or a slow network, can hold commands for long after we gave up their
 * connection: a write, say, of what was deleted meanwhile. So each connection begins with {@code
 * CLIENT KILL} of those that were left with commands unanswered: the server reads no more of them.
 *
 * <p>For that each connection asks what the server calls it, by {@code CLIENT INFO}. Where either is
 * refused, or one was left before it was told its name, what it holds may come late. Safe for
 * concurrent use; never blocks.
 */
final class Fence {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  /** How many connections are remembered whose servers were not met again. */
  private static final int MOST_LEFT = 256;

  /**
   * A connection that was left.
   *
   * @param filter what tells it from all others; its number does, until the server starts anew
   */
  private record Left(SocketAddress server, List<String> filter) {}

  /** What servers tell of the connections that are open, or will. */
  private final Map<Channel, CompletableFuture<String>> names = new ConcurrentHashMap<>();

  private final Queue<Left> left = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean refused = new AtomicBoolean();

  /** Lets a connection that is about to be made begin with what ends those before it. */
  void guard(Channel channel, CommandHandler commands) {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addBefore(pipeline.context(commands).name(), null, new Beginning(commands));
  }

  /** Takes all that are open for left, before they are closed. */
  void leaveAll() {
    names.keySet().forEach(this::leave);
  }

  /**
   * Returns a stage that completes normally when the server has told the name of an open connection,
   * or refused to.
   */
  CompletionStage<Void> named(Channel channel) {
    CompletableFuture<String> name = names.get(channel);
    return name == null
        ? CompletableFuture.completedFuture(null)
        : name.handle((told, failure) -> null);
  }

  private void leave(Channel channel) {
    CompletableFuture<String> name = names.remove(channel);
    if (name != null) {
      var unused = name.thenAccept(told -> leave(channel.remoteAddress(), filter(told)));
    }
  }

  /** What may be chosen instead is another connection that is open already: that ends it, too. */
  private void leave(SocketAddress server, List<String> filter) {
    if (filter.contains("id") && filter.contains("addr")) {
      Left connection = new Left(server, filter);
      left.add(connection);
      if (left.size() > MOST_LEFT) {
        left.poll();
      }
      names.keySet().stream()
          .filter(open -> server.equals(open.remoteAddress()))
          .forEach(open -> kill(connection, open));
    }
  }

  /** Ends what was left of connections to the same server, and asks what it calls this one. */
  private void begin(Channel channel) {
    if (!channel.isActive()) {
      return; // it was closed before those who wait for it were told that it is made
    }
    left.stream()
        .filter(connection -> connection.server().equals(channel.remoteAddress()))
        .forEach(connection -> kill(connection, channel));
    CommandArgs<String, String> info = new CommandArgs<>(StringCodec.UTF8).add("INFO");
    CompletableFuture<String> name = send(new StatusOutput<>(StringCodec.UTF8), info, channel);
    names.put(channel, name);
    var unused = name.whenComplete((told, failure) -> {
      if (failure instanceof RedisBusyException) {
        var unusedAgain = channel.eventLoop().schedule(() -> begin(channel), 1, TimeUnit.SECONDS);
      }
    });
  }

  /** Returns the filter for what {@code CLIENT INFO} tells, such as {@code id=7 addr=10.0.0.1:5}. */
  private static List<String> filter(String told) {
    List<String> filter = new ArrayList<>();
    for (String field : told.split(" ", -1)) {
      for (String name : List.of("id", "addr", "laddr")) {
        if (field.startsWith(name + "=")) {
          filter.add(name);
          filter.add(field.substring(name.length() + 1));
        }
      }
    }
    return filter;
  }

  private void kill(Left connection, Channel by) {
    CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8).add("KILL");
    connection.filter().forEach(arguments::add);
    var unused = send(new IntegerOutput<>(StringCodec.UTF8), arguments, by)
        .whenComplete((count, failure) -> {
          if (failure == null || isRefusal(failure)) {
            left.remove(connection);
          }
        });
  }

  private <T> CompletableFuture<T> send(
      CommandOutput<String, String, T> output,
      CommandArgs<String, String> arguments,
      Channel channel) {
    AsyncCommand<String, String, T> command =
        new AsyncCommand<>(new Command<>(CommandType.CLIENT, output, arguments));
    channel.writeAndFlush(command).addListener(written -> {
      if (!written.isSuccess()) {
        command.completeExceptionally(written.cause());
      }
    });
    var unused = command.whenComplete((reply, failure) -> {
      if (failure != null && isRefusal(failure) && refused.compareAndSet(false, true)) {
        log.debug(
            "Redis at {} refuses CLIENT INFO or CLIENT KILL, so what was left in a connection may be carried out late",
            channel.remoteAddress(),
            failure);
      }
    });
    return command;
  }

  /** A server that is busy with a script refuses for a while only. */
  private static boolean isRefusal(Throwable failure) {
    return failure instanceof RedisCommandExecutionException
        && !(failure instanceof RedisBusyException);
  }

  /** Stands before what passes on the commands of others once the connection is made. */
  private final class Beginning extends ChannelDuplexHandler {

    private final CommandHandler commands;
    private boolean isAnswered;

    Beginning(CommandHandler commands) {
      this.commands = commands;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      begin(context.channel());
      context.fireChannelActive();
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
      isAnswered = commands.getStack().isEmpty();
      var unused = context.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (isAnswered) {
        names.remove(context.channel());
      } else {
        leave(context.channel());
      }
      context.fireChannelInactive();
    }
  }
}
