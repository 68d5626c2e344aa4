package dev.forebay.limits;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;

/** Describes a {@link ConcurrencyLimiter}. Only {@link #permits} has to be given. For one thread. */
public final class ConcurrencyLimiterBuilder {

  final String name;
  Duration holdTime = Duration.ofSeconds(30);
  WhenUnavailable whenUnavailable = WhenUnavailable.LOCAL;
  private int permits;
  private final BiFunction<ConcurrencyLimiterBuilder, Integer, ConcurrencyLimiter> building;

  ConcurrencyLimiterBuilder(
      String name, BiFunction<ConcurrencyLimiterBuilder, Integer, ConcurrencyLimiter> building) {
    this.name = name;
    this.building = building;
  }

  /** Sets how many permits of a subject there are, 1 to 10,000. */
  public ConcurrencyLimiterBuilder permits(int count) {
    if (count < 1 || count > 10_000) {
      throw new IllegalArgumentException(
          "Limiter '%s' has 1 to 10,000 permits for each subject, was %d.".formatted(name, count));
    }
    this.permits = count;
    return this;
  }

  /**
   * Sets after which time a permit is free again that was neither closed nor renewed; 30 s by
   * default, 1 ms to 49 days.
   */
  public ConcurrencyLimiterBuilder holdTime(Duration time) {
    if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(Limit.LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "A permit of '%s' is held for 1 ms to 49 days, was %s.".formatted(name, time));
    }
    this.holdTime = time;
    return this;
  }

  /** Sets what it answers without Redis; {@link WhenUnavailable#LOCAL} by default. */
  public ConcurrencyLimiterBuilder whenUnavailable(WhenUnavailable answer) {
    this.whenUnavailable = Objects.requireNonNull(answer, "whenUnavailable");
    return this;
  }

  /**
   * Returns the limiter.
   *
   * @throws IllegalStateException if no number of permits was given
   */
  public ConcurrencyLimiter build() {
    if (permits == 0) {
      throw new IllegalStateException(
          "Limiter '" + name + "' has no permits. Call permits(count).");
    }
    return building.apply(this, permits);
  }
}
