package dev.forebay.redis.spi;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Lets one of many like events through each ten seconds, and counts the others. */
public final class Burst {

  /** How long a burst is. */
  public static final Duration LENGTH = Duration.ofSeconds(10);

  private final LongSupplier nanoClock;
  private final AtomicLong next;
  private final LongAdder withheld = new LongAdder();

  /** @param nanoClock as {@link System#nanoTime} */
  public Burst(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.next = new AtomicLong(nanoClock.getAsLong());
  }

  /** Returns how many events were withheld before this one, or empty if this one is to be too. */
  public OptionalLong admit() {
    long now = nanoClock.getAsLong();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + LENGTH.toNanos())) {
      return OptionalLong.of(withheld.sumThenReset());
    }
    withheld.increment();
    return OptionalLong.empty();
  }
}
