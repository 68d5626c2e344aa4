package dev.forebay.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until a test moves it. Safe for concurrent use: all threads see a step
 * at once. Clocks made by {@link #withZone(ZoneId)} share its time.
 */
public final class SteppedClock extends Clock {

  private static final Instant DEFAULT_START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  /** Stands at 2026-01-01T00:00:00Z, in UTC. */
  public SteppedClock() {
    this(DEFAULT_START);
  }

  /** Stands at the given moment, in UTC. */
  public SteppedClock(Instant start) {
    this(new AtomicReference<>(start), ZoneOffset.UTC);
  }

  private SteppedClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /**
   * Moves the clock forward.
   *
   * @param step 0 or more
   * @return the new time
   * @throws IllegalArgumentException if the step is negative
   */
  public Instant advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("step must be >= 0, was " + step
          + "; to test a clock that goes back, call setBackTo(...)");
    }
    return now.updateAndGet(time -> time.plus(step));
  }

  /**
   * Moves the clock back, as when a machine's clock is corrected.
   *
   * @param earlier not after the present time of this clock
   * @throws IllegalArgumentException if that is later than the clock's time; the clock stays
   */
  public void setBackTo(Instant earlier) {
    now.updateAndGet(time -> {
      if (earlier.isAfter(time)) {
        throw new IllegalArgumentException("setBackTo must not go forward: " + earlier
            + " is after " + time + "; to go forward, call advance(...)");
      }
      return earlier;
    });
  }

  @Override
  public Instant instant() {
    return Objects.requireNonNull(now.get());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** A clock in another zone that moves together with this one. */
  @Override
  public SteppedClock withZone(ZoneId other) {
    return new SteppedClock(now, other);
  }

  /** The time at which it stands, and its zone. */
  @Override
  public String toString() {
    return "SteppedClock[" + instant() + ", " + zone + "]";
  }
}
