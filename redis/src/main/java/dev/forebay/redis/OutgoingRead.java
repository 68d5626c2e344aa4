package dev.forebay.redis;

import dev.forebay.redis.spi.Reply;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A read that may share one command with the reads of other callers. It is also the reply that its
 * caller awaits, and that caller's place in the trees by which a batch wakes its callers.
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
abstract class OutgoingRead<T> extends Outgoing implements Reply<T> {

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
      STATE = MethodHandles.lookup().findVarHandle(OutgoingRead.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Link link;
  private final Outcomes outcomes;
  /** Counted from the sending: several replies, awaited one by one, cost one time-out together. */
  private final long deadline;

  // Each is written by one thread before it changes the state, and read by others after.
  private @Nullable Thread caller;
  private @Nullable Throwable failure;
  private @Nullable OutgoingRead<?> left;
  private @Nullable OutgoingRead<?> right;

  private volatile int state;

  OutgoingRead(Link link, Outcomes outcomes) {
    this.link = link;
    this.outcomes = outcomes;
    this.deadline = System.nanoTime() + outcomes.timeoutNanos();
  }

  /** Returns how many keys this read adds to a command at most. */
  abstract int keyCount();

  /** Adds its keys to a batch, and remembers where the batch will have their values. */
  abstract void join(ReadBatch batch);

  /** Picks its values out of those of a batch. */
  abstract void receive(List<byte[]> values);

  /** Returns what was received. */
  abstract T value();

  @Override
  public T await() {
    if (state == SENT) {
      caller = Thread.currentThread();
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
    outcomes.answered();
    return value();
  }

  private void park() {
    boolean virtual = VirtualThreads.isVirtual(Thread.currentThread());
    for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
      if (virtual) {
        // Each timed park of a virtual thread costs a timer; see wakeIfOverdue.
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, left);
      }
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

  boolean isAbandoned() {
    return state == ABANDONED;
  }

  /** Notes the outcome; returns whether a caller has to be {@linkplain #wakeAll woken} for it. */
  final boolean settle(@Nullable List<byte[]> values, @Nullable Throwable error) {
    if (values == null) {
      failure = error;
    } else {
      receive(values);
    }
    return !STATE.compareAndSet(this, SENT, DONE) && state == AWAITED;
  }

  @Override
  void fail(Throwable error) {
    failure = error;
    if (!STATE.compareAndSet(this, SENT, DONE) && STATE.compareAndSet(this, AWAITED, DONE)) {
      LockSupport.unpark(caller);
    }
  }

  /**
   * Wakes the callers of settled reads: the first few itself, the others by way of these.
   *
   * <p>A read becomes DONE only after all that it shall wake, so nobody is unparked while still
   * AWAITED, to sleep again. Whoever gave up before that moment is passed over by its parent.
   */
  static void wakeAll(List<OutgoingRead<?>> reads) {
    int size = reads.size();
    for (int i = size - 1; i >= 0; i--) {
      OutgoingRead<?> read = reads.get(i);
      int child = ROOTS + 2 * i;
      read.left = child < size ? reads.get(child) : null;
      read.right = child + 1 < size ? reads.get(child + 1) : null;
      STATE.compareAndSet(read, AWAITED, DONE);
    }
    for (int i = 0; i < Math.min(ROOTS, size); i++) {
      reads.get(i).wake();
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
    OutgoingRead<?> first = left;
    OutgoingRead<?> second = right;
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
