package dev.forebay.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends what many callers ask of one connection, in the order of their calls, and combines what it
 * can. Safe for concurrent use; never blocks.
 */
final class Outbox {

  /*
   * What costs is neither Redis nor JSON but system calls: a wake-up of the event loop and a flush
   * for each command, a wake-up of its caller for each reply. So callers do not send. They push
   * what they want on a stack (R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM
   * RJ 5118, 1986) and one party sends it all at once: the idea of flat combining (D. Hendler,
   * I. Incze, N. Shavit, M. Tzafrir, "Flat Combining and the Synchronization-Parallelism Tradeoff",
   * SPAA 2010), save that the combiner is always the event loop, which owns the connection anyway.
   *
   * Sending. Who pushes on an empty stack asks the event loop to drain it; all others find somebody
   * who did. The drain takes the stack as a whole, reverses it to the order of the calls, joins
   * neighbouring reads to one MGET, and flushes once.
   *
   * Pacing. While PIPELINE read commands are under way, the stack is left to grow: the next reply
   * drains it. So the batches are as large as the load makes them and a lone caller never waits for
   * company. A push reads `saturated` after it changed `top`; the event loop reads `top` after it
   * changed `saturated`; so one of the two sees the other, and no call is forgotten.
   *
   * Order. Everything on this connection goes through the one stack, writes too, and only
   * neighbours are joined: what a thread sent is carried out in the order in which it was sent.
   *
   * Waking. When a reply is there, the next batch goes out first, then the callers are woken. That
   * takes longer than all else here, so when they are many they wake each other (see OutgoingRead).
   */

  /** Keys of one MGET; Redis serves nobody else while it carries one out. */
  static final int KEYS_PER_COMMAND = 128;

  private static final int PIPELINE = 2;

  /** With so many callers waiting, a second batch would only split the first. */
  private static final int CROWD = 32;

  private static final Outgoing CLOSED = new Outgoing() {
    @Override
    void fail(Throwable failure) {}
  };

  private final StatefulRedisConnection<String, byte[]> connection;
  private final EventLoop eventLoop;
  private final int capacity;
  private final AtomicReference<@Nullable Outgoing> top = new AtomicReference<>();
  private final Set<ReadBatch> underWay = ConcurrentHashMap.newKeySet();
  private final Runnable drain = this::drain;

  private volatile boolean saturated;

  // Used on the event loop only.
  private boolean draining;
  private int commandsUnderWay;
  private int readsUnderWay;
  private int keysPerCommand = KEYS_PER_COMMAND;

  /** @param capacity calls that may wait to be sent; more are refused */
  Outbox(StatefulRedisConnection<String, byte[]> connection, EventLoop eventLoop, int capacity) {
    this.connection = connection;
    this.eventLoop = eventLoop;
    this.capacity = capacity;
  }

  /** Sends {@code call} after all that this thread sent before. A failure is the call's. */
  void send(Outgoing call) {
    Outgoing below;
    do {
      below = top.get();
      if (below == CLOSED) {
        call.fail(new RedisException("Connection closed"));
        return;
      }
      call.next = below;
      call.depth = below == null ? 1 : below.depth + 1;
      if (call.depth > capacity) {
        call.fail(new RedisException("Request queue size exceeded: " + capacity));
        return;
      }
    } while (!top.compareAndSet(below, call));
    if (below == null && !saturated) {
      try {
        eventLoop.execute(drain);
      } catch (RejectedExecutionException e) {
        close();
      }
    }
  }

  /** Runs {@code command} on the event loop, past whatever waits to be sent. */
  void overtake(OutgoingCommand<?> command) {
    try {
      eventLoop.execute(() -> command.send(connection.async()));
    } catch (RejectedExecutionException e) {
      command.fail(e);
    }
  }

  /** Fails all that was sent or is waiting to be, and all that comes from now on. */
  void close() {
    Outgoing call = top.getAndSet(CLOSED);
    RedisException failure = new RedisException("Connection closed");
    while (call != null && call != CLOSED) {
      Outgoing next = call.next;
      call.fail(failure);
      call = next;
    }
    underWay.forEach(batch -> {
      if (underWay.remove(batch)) {
        OutgoingRead.wakeAll(batch.settle(null, failure));
      }
    });
  }

  /**
   * Wakes the callers whose time is over. To be called now and then, on any thread, for the sake of
   * virtual threads: they set no timer. What is just on its way from the stack to a batch is found
   * the next time.
   */
  void wakeOverdue() {
    long now = System.nanoTime();
    for (Outgoing call = top.get(); call != null; call = call.next) {
      if (call instanceof OutgoingRead<?> read) {
        read.wakeIfOverdue(now);
      }
    }
    for (ReadBatch batch : underWay) {
      for (OutgoingRead<?> read : batch.reads()) {
        read.wakeIfOverdue(now);
      }
    }
  }

  private void drain() {
    if (draining || saturated) {
      return;
    }
    Outgoing first = takeAll();
    if (first == null) {
      return;
    }
    draining = true;
    try {
      if (first.next == null) {
        write(first);
      } else {
        connection.setAutoFlushCommands(false);
        try {
          write(first);
        } finally {
          connection.setAutoFlushCommands(true);
          connection.flushCommands();
        }
      }
    } finally {
      draining = false;
      pace();
    }
  }

  private @Nullable Outgoing takeAll() {
    Outgoing call;
    do {
      call = top.get();
      if (call == null || call == CLOSED) {
        return null;
      }
    } while (!top.compareAndSet(call, null));
    Outgoing first = null;
    while (call != null) {
      Outgoing earlier = call.next;
      call.next = first;
      first = call;
      call = earlier;
    }
    return first;
  }

  private void write(@Nullable Outgoing first) {
    ReadBatch batch = new ReadBatch();
    for (Outgoing call = first; call != null; ) {
      Outgoing next = call.next;
      call.next = null;
      if (call instanceof OutgoingRead<?> read) {
        if (batch.keyCount() + read.keyCount() > keysPerCommand) {
          send(batch);
          batch = new ReadBatch();
        }
        if (!read.isAbandoned()) {
          batch.add(read);
        }
      } else {
        send(batch);
        batch = new ReadBatch();
        ((OutgoingCommand<?>) call).send(connection.async());
      }
      call = next;
    }
    send(batch);
  }

  private void send(ReadBatch batch) {
    int reads = batch.reads().size();
    if (reads == 0) {
      return;
    }
    commandsUnderWay++;
    readsUnderWay += reads;
    underWay.add(batch);
    batch.send(connection, (values, failure) -> completed(batch, values, failure));
  }

  private void completed(
      ReadBatch batch, @Nullable List<byte[]> values, @Nullable Throwable failure) {
    if (!underWay.remove(batch)) {
      return;
    }
    List<OutgoingRead<?>> reads = batch.reads();
    // Lettuce completes commands elsewhere only while the connection is being closed.
    boolean open = eventLoop.inEventLoop();
    if (open) {
      commandsUnderWay--;
      readsUnderWay -= reads.size();
      if (failure != null && reads.size() > 1 && isDenied(failure)) {
        // Not every key may be read, or MGET may not be used: from now on each asks for itself.
        keysPerCommand = 1;
        reads.forEach(this::send);
        proceed();
        return;
      }
    }
    List<OutgoingRead<?>> awaited = batch.settle(values, failure);
    try {
      if (open) {
        proceed();
      }
    } finally {
      OutgoingRead.wakeAll(awaited);
    }
  }

  private static boolean isDenied(Throwable failure) {
    return failure instanceof RedisCommandExecutionException
        && String.valueOf(failure.getMessage()).startsWith("NOPERM");
  }

  private void proceed() {
    if (!draining) {
      pace();
      drain();
    }
  }

  private void pace() {
    saturated = commandsUnderWay >= PIPELINE || (commandsUnderWay == 1 && readsUnderWay > CROWD);
  }
}
