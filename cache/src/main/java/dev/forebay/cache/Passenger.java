package dev.forebay.cache;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One call that shares the {@linkplain Flight flights} of other callers: for how long it waits for
 * them, all together, and what it may be told of what they bring. For one thread.
 *
 * <p>A flight that was under way when the call was made may be from before an invalidation, by
 * another instance, that was answered before the call. So the call is told what that flight brought
 * only if it did not land overtaken: if Redis said that nothing had been invalidated until then. Of
 * any later flight it is told everything: that took off after the call was made.
 *
 * <p>While the instance is cut off from Redis, from the call until the flight has landed, it cannot
 * know what others invalidate anyway. Then too the call is told everything, so that the source is not
 * asked twice for what could be had at once.
 */
final class Passenger<V> {

  private final String cache;
  private final CachePolicy<?, V> policy;
  private final BooleanSupplier cutOff;
  private final boolean cutOffBefore;
  private final long since = System.nanoTime();
  private boolean first = true;

  /** @param cutOff whether this instance is without Redis */
  Passenger(String cache, CachePolicy<?, V> policy, BooleanSupplier cutOff) {
    this.cache = cache;
    this.policy = policy;
    this.cutOff = cutOff;
    this.cutOffBefore = cutOff.getAsBoolean();
  }

  /**
   * Waits for a flight. Not interruptible, as a load is not. A flight that was under way when the call
   * was made is waited for no longer than one load is to hold up others.
   *
   * @return how it ended; null if that took too long, or if it brought nothing that may be told
   * @throws IllegalStateException if this thread is the one that loads
   */
  Flight.@Nullable Landing<V> await(EntryId id, Flight<V> flight) {
    Duration longest = policy.longestWaitForOthers();
    Duration atMost =
        first && policy.leaseTime().compareTo(longest) < 0 ? policy.leaseTime() : longest;
    Flight.Landing<V> landing =
        flight.await(cache, id.name(), Math.max(0, atMost.toNanos() - waitedNanos()));
    return landing != null && mayBeTold(landing) ? landing : null;
  }

  private boolean mayBeTold(Flight.Landing<V> landing) {
    return !landing.overtaken() || !first || (cutOffBefore && cutOff.getAsBoolean());
  }

  /** Goes on to flights that took off after the call was made. */
  void goOn() {
    first = false;
  }

  /** Returns whether it has waited as long as it waits for others. */
  boolean hasWaitedEnough() {
    return waitedNanos() >= policy.longestWaitForOthers().toNanos();
  }

  /** Returns when the call began to wait, by {@link System#nanoTime}. */
  long since() {
    return since;
  }

  long waitedNanos() {
    return System.nanoTime() - since;
  }
}
