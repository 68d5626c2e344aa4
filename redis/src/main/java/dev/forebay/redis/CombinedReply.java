package dev.forebay.redis;

import dev.forebay.redis.spi.Reply;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A call that may share one command with the calls of others. It is also the reply that its caller
 * awaits, and that caller's place in the trees by which callers are woken.
 *
 * <pre>
 *   SENT ──await()──► AWAITED ──deadline or interrupt──► ABANDONED
 *     │                  │
 *     └───── reply ──────┴──► DONE
 * </pre>
 *
 * <p>Whoever moves it to DONE wrote what was received before. A caller that finds DONE although its
 * time is over returns the reply all the same: it may have to wake others.
 */
abstract class CombinedReply<T> extends Outgoing implements Reply<T> {

  private static final int SENT = 0;
  private static final int AWAITED = 1;
  private static final int DONE = 2;
  private static final int ABANDONED = 3;
  /**
   * How many callers the event loop wakes itself; the others form a tree below each of these.
   * Measured on two busy processors: with fewer, each generation waits for the scheduler once more.
   */
  private static final int ROOTS = 32;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(CombinedReply.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Outcomes outcomes;
  /** Counted from the sending: several replies, awaited one by one, cost one time-out together. */
  private final long deadline;

  /** Whose server is to answer; null if a replica of it is. For the caller. */
  private @Nullable Link link;

  // Each is written by one thread before it changes the state, and read by others after.
  private @Nullable Thread caller;
  private boolean virtual;
  private @Nullable Throwable failure;
  private @Nullable CombinedReply<?> left;
  private @Nullable CombinedReply<?> right;

  private volatile int state;

  CombinedReply(Link link, Outcomes outcomes) {
    this.link = link;
    this.outcomes = outcomes;
    this.deadline = System.nanoTime() + outcomes.timeoutNanos();
  }

  /** Lets a replica answer: what becomes of it says nothing of the link then. Before it is sent. */
  final void leaveToReplica() {
    link = null;
  }

  /** Returns what calls must have in common with this one to share its command. */
  abstract Object group();

  /** Returns an empty batch for calls of its group. */
  abstract Batch newBatch();

  /** Returns how much of a batch this call would take, which it may share with others there. */
  abstract int weightIn(Batch batch);

  /** Adds itself to a batch, and remembers where the batch will have its answer. */
  abstract void join(Batch joined);

  /** Picks its answer out of its batch; returns the error, if the answer is one. */
  abstract @Nullable Throwable receive();

  /** Returns what was received. */
  abstract T value();

  @Override
  public T await() {
    if (state == SENT) {
      caller = Thread.currentThread();
      virtual = VirtualThreads.isVirtual(caller);
    }
    if (STATE.compareAndSet(this, SENT, AWAITED)) {
      try {
        park();
      } finally {
        if (state == DONE) {
          wakeChildren();
        }
      }
    } else if (state != DONE) {
      throw new IllegalStateException(
          "A reply is for one caller, and this one's is waiting or gave up");
    }
    if (failure != null) {
      throw outcomes.failed(link, failure);
    }
    if (link != null) {
      outcomes.answered();
    }
    return value();
  }

  private void park() {
    for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
      // Each timed park would cost a timer; see wakeIfOverdue.
      LockSupport.park(this);
      if (state != AWAITED) {
        return;
      }
      if (Thread.currentThread().isInterrupted()) {
        if (STATE.compareAndSet(this, AWAITED, ABANDONED)) {
          throw outcomes.interrupted(new InterruptedException());
        }
        return;
      }
    }
    if (STATE.compareAndSet(this, AWAITED, ABANDONED)) {
      throw outcomes.timedOut(link, null);
    }
  }

  /** Wakes a caller whose time is over, so that it gives up. Safe on any thread. */
  final void wakeIfOverdue(long now) {
    if (state == AWAITED && now - deadline >= 0) {
      LockSupport.unpark(caller);
    }
  }

  /** Does that for all calls of some batches. */
  static void wakeOverdue(Iterable<Batch> batches, long now) {
    for (Batch batch : batches) {
      for (CombinedReply<?> member : batch.members()) {
        member.wakeIfOverdue(now);
      }
    }
  }

  boolean isAbandoned() {
    return state == ABANDONED;
  }

  /** Returns a failure of its command as that of this call. */
  Throwable describe(Throwable error) {
    return error;
  }

  /** Notes the outcome; returns whether a caller has to be {@linkplain #wakeAll woken} for it. */
  final boolean settle(@Nullable Throwable error) {
    failure = error == null ? received() : describe(error);
    return !STATE.compareAndSet(this, SENT, DONE) && state == AWAITED;
  }

  private @Nullable Throwable received() {
    try {
      return receive();
    } catch (Throwable e) {
      return e; // even if there is no memory left: the others must have their answers
    }
  }

  @Override
  void fail(Throwable error) {
    failure = error;
    if (!STATE.compareAndSet(this, SENT, DONE) && STATE.compareAndSet(this, AWAITED, DONE)) {
      LockSupport.unpark(caller);
    }
  }

  /**
   * Wakes the callers of settled calls. No caller on a platform thread waits for one on a virtual
   * thread to wake it: that one may have to wait for a carrier, and all carriers for a lock that the
   * first one holds.
   */
  static void wakeAll(List<CombinedReply<?>> calls) {
    List<CombinedReply<?>> platform = new ArrayList<>(calls.size());
    List<CombinedReply<?>> virtual = new ArrayList<>(calls.size());
    calls.forEach(call -> (call.virtual ? virtual : platform).add(call));
    wake(platform, ROOTS);
    wake(virtual, VirtualThreads.mayBePinned() ? virtual.size() : ROOTS);
  }

  /**
   * Wakes the first few callers itself, the others by way of these.
   *
   * <p>A call becomes DONE only after all that it shall wake, so nobody is unparked while still
   * AWAITED, to sleep again. Whoever gave up before that moment is passed over by its parent.
   */
  private static void wake(List<CombinedReply<?>> calls, int roots) {
    int size = calls.size();
    for (int i = size - 1; i >= 0; i--) {
      CombinedReply<?> call = calls.get(i);
      int child = roots + 2 * i;
      call.left = child < size ? calls.get(child) : null;
      call.right = child + 1 < size ? calls.get(child + 1) : null;
      STATE.compareAndSet(call, AWAITED, DONE);
    }
    for (int i = 0; i < Math.min(roots, size); i++) {
      calls.get(i).wake();
    }
  }

  private void wake() {
    if (state == DONE) {
      LockSupport.unpark(caller);
    } else {
      wakeChildren();
    }
  }

  private void wakeChildren() {
    CombinedReply<?> first = left;
    CombinedReply<?> second = right;
    left = null;
    right = null;
    if (first != null) {
      first.wake();
    }
    if (second != null) {
      second.wake();
    }
  }
}
