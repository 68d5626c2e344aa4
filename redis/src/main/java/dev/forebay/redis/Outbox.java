package dev.forebay.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
   * reads to one MGET and calls of one script to its batch form (on a cluster, those of one slot),
   * and flushes once.
   *
   * Pacing. While some joined commands are under way, the stack is left to grow: the next answer
   * drains it. So the batches are as large as the load makes them and a lone caller never waits for
   * company. A push reads `saturated` after it changed `top`; the event loop reads `top` after it
   * changed `saturated`; so one of the two sees the other, and no call is forgotten. What fills a
   * batch gains nothing by waiting, and Redis has it at hand when it is done with the one before.
   *
   * Order. Everything on this connection goes through the one stack. Reads, calls of one script
   * (of one shape, on a cluster of one slot) and other commands each keep the order in which a
   * thread sent them; no read or script moves past another command. But reads and scripts that were
   * drained together may move past each other: each batch goes out with its first call, or full.
   *
   * Waking. When all answers that came together are read, the next batch goes out first, then the
   * callers are woken. That takes longer than all else here, so when they are many they wake each
   * other (see CombinedReply).
   */

  private record Answer(Batch batch, @Nullable Throwable failure) {}

  /** Joined commands under way at a time: for up to FEW callers, for up to a CROWD, and above. */
  private static final int PIPELINE_OF_FEW = 4;

  private static final int PIPELINE = 2;
  private static final int PIPELINE_OF_CROWD = 1;
  private static final int FEW = 8;
  private static final int CROWD = 32;

  private static final Outgoing CLOSED = new Outgoing() {
    @Override
    void fail(Throwable failure) {}
  };

  private final StatefulRedisConnection<String, byte[]> connection;
  private final EventLoop eventLoop;
  private final int capacity;
  private final @Nullable Detours detours;
  private final AtomicReference<@Nullable Outgoing> top = new AtomicReference<>();
  private final Set<Batch> underWay = ConcurrentHashMap.newKeySet();
  private final Set<String> knownScripts = ConcurrentHashMap.newKeySet();
  private final Runnable drain = this::drain;
  private final Runnable finishRead = this::finishRead;

  private volatile boolean saturated;

  /** The answer to one command that went out as it is, to no later one before that is there. */
  private volatile CompletableFuture<?> watched = CompletableFuture.completedFuture(null);

  // Used on the event loop only.
  private int commandsUnderWay;
  private int callsUnderWay;
  private boolean combining = true;
  private boolean finishing;
  private List<Answer> answered = new ArrayList<>();

  /**
   * @param eventLoop the one that carries the connection
   * @param capacity calls that may wait to be sent; more are refused
   * @param detours where calls go that this node redirects, or null if it is no node of a cluster
   */
  Outbox(
      StatefulRedisConnection<String, byte[]> connection,
      EventLoop eventLoop,
      int capacity,
      @Nullable Detours detours) {
    this.connection = connection;
    this.eventLoop = eventLoop;
    this.capacity = capacity;
    this.detours = detours;
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
    if ((below == null && !saturated) || call.depth == Batch.CAPACITY) {
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
      eventLoop.execute(() -> {
        var unused = command.send(connection.async(), null);
      });
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
        CombinedReply.wakeAll(batch.settle(failure));
      }
    });
  }

  /**
   * Wakes the callers whose time is over. To be called now and then, on any thread: callers set no
   * timers, which are dear. What is just on its way from the stack to a batch is found the next time.
   */
  void wakeOverdue() {
    long now = System.nanoTime();
    for (Outgoing call = top.get(); call != null; call = call.next) {
      if (call instanceof CombinedReply<?> reply) {
        reply.wakeIfOverdue(now);
      }
    }
    CombinedReply.wakeOverdue(underWay, now);
  }

  /**
   * Returns what stands for a command that is under way: {@code known} if that one is. To be called on
   * any thread.
   *
   * @return null if all are answered
   */
  @Nullable
  Object unanswered(@Nullable Object known) {
    CompletableFuture<?> answer = watched;
    Object waiting = answer.isDone() ? null : answer;
    if (known != null && (known == waiting || underWay.contains(known))) {
      return known;
    }
    if (waiting != null) {
      return waiting;
    }
    Iterator<Batch> any = underWay.iterator();
    return any.hasNext() ? any.next() : null;
  }

  private void drain() {
    if (saturated && !mayFollow()) {
      return;
    }
    Outgoing first = takeAll();
    if (first == null) {
      return;
    }
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
    pace();
  }

  private boolean mayFollow() {
    Outgoing last = top.get();
    return last != null && last.depth >= Batch.CAPACITY && commandsUnderWay < PIPELINE;
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

  private void write(Outgoing first) {
    Map<Object, Batch> open = new LinkedHashMap<>();
    for (Outgoing call = first; call != null; ) {
      Outgoing next = call.next;
      call.next = null;
      if (call instanceof CombinedReply<?> reply) {
        if (!reply.isAbandoned()) {
          joinOrFail(reply, open);
        }
      } else {
        open.values().forEach(this::send);
        open.clear();
        sendAlone((OutgoingCommand<?>) call);
      }
      call = next;
    }
    open.values().forEach(this::send);
  }

  private void sendAlone(OutgoingCommand<?> command) {
    CompletableFuture<?> answer = command.send(connection.async(), detours);
    // One of them tells as much as all: answers come in the order of the commands.
    if (watched.isDone()) {
      watched = answer;
    }
  }

  /** One call that cannot be sent must not hold up the others, nor leave anything miscounted. */
  private void joinOrFail(CombinedReply<?> reply, Map<Object, Batch> open) {
    try {
      join(reply, open);
    } catch (RuntimeException | Error e) {
      reply.fail(e);
    }
  }

  private void join(CombinedReply<?> reply, Map<Object, Batch> open) {
    Object group = combining ? reply.group() : reply;
    Batch batch = open.get(group);
    if (batch == null || !batch.add(reply)) {
      Batch fresh = batchOf(reply);
      open.put(group, fresh);
      if (batch != null) {
        send(batch);
      }
    }
  }

  private static Batch batchOf(CombinedReply<?> reply) {
    Batch batch = reply.newBatch();
    batch.add(reply);
    return batch;
  }

  private void send(Batch batch) {
    commandsUnderWay++;
    callsUnderWay += batch.members().size();
    underWay.add(batch);
    if (top.get() == CLOSED) {
      // Nobody looks after calls any more; who closed may have been too early to see this one.
      completed(batch, new RedisException("Connection closed"));
      return;
    }
    try {
      batch.send(connection.async(), knownScripts, failure -> completed(batch, failure));
    } catch (RuntimeException | Error e) {
      completed(batch, e);
    }
  }

  private void completed(Batch batch, @Nullable Throwable failure) {
    if (!eventLoop.inEventLoop()) {
      completedElsewhere(batch, failure);
      return;
    }
    if (!underWay.remove(batch)) {
      return;
    }
    List<CombinedReply<?>> members = batch.members();
    commandsUnderWay--;
    callsUnderWay -= members.size();
    if (failure != null && detours != null && Detours.isRedirection(failure)) {
      members.forEach(detours::send);
    } else if (failure != null && members.size() > 1 && isDenied(failure)) {
      // Not every key may be used, or no MGET: from now on each call asks for itself.
      combining = false;
      members.forEach(member -> send(batchOf(member)));
    } else {
      answered.add(new Answer(batch, failure));
    }
    finishReadSoon();
  }

  /**
   * Lettuce completes commands on another thread while the connection is being closed, or when it was
   * made anew on another event loop just before the command was written.
   */
  private void completedElsewhere(Batch batch, @Nullable Throwable failure) {
    try {
      eventLoop.execute(() -> completed(batch, failure));
    } catch (RejectedExecutionException e) {
      if (underWay.remove(batch)) {
        CombinedReply.wakeAll(batch.settle(failure));
      }
    }
  }

  private static boolean isDenied(Throwable failure) {
    return failure instanceof RedisCommandExecutionException
        && String.valueOf(failure.getMessage()).startsWith("NOPERM");
  }

  /** What was read together with this answer is dealt with first. */
  private void finishReadSoon() {
    if (!finishing) {
      finishing = true;
      try {
        eventLoop.execute(finishRead);
      } catch (RejectedExecutionException e) {
        finishRead();
      }
    }
  }

  private void finishRead() {
    finishing = false;
    List<Answer> received = answered;
    answered = new ArrayList<>();
    try {
      pace();
      drain();
    } finally {
      List<CombinedReply<?>> awaited = new ArrayList<>();
      received.forEach(answer -> awaited.addAll(answer.batch().settle(answer.failure())));
      CombinedReply.wakeAll(awaited);
    }
  }

  private void pace() {
    int most = callsUnderWay <= FEW
        ? PIPELINE_OF_FEW
        : callsUnderWay <= CROWD ? PIPELINE : PIPELINE_OF_CROWD;
    saturated = commandsUnderWay >= most;
  }
}
