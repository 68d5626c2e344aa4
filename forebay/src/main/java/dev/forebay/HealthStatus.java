package dev.forebay;

import java.util.Locale;

/** How well a service, or the whole, does; worse states come later. */
public enum HealthStatus {
  /** Everything works as configured, switched off on purpose included. */
  HEALTHY,
  /**
   * Redis is away for now, and comes back by itself: caches load from their sources, limits do what
   * they are to do without it. No reason to restart the application.
   */
  DEGRADED,
  /**
   * The connection is closed for good: by the application, or as a required Redis was given up. It
   * does not come back by itself.
   */
  DOWN;

  /** Returns the status as health endpoints write it: {@code healthy}, {@code degraded}, {@code down}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
