package dev.forebay;

import java.util.Locale;

/** How well a service, or the whole, does; worse states come later. */
public enum HealthStatus {
  /** Everything works as configured, switched off on purpose included. */
  HEALTHY,
  /** The application is served, without what the service would add: slower, not wrong. */
  DEGRADED,
  /** The service cannot do its work. */
  DOWN;

  /** Returns the status as health endpoints write it: {@code healthy}, {@code degraded}, {@code down}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
