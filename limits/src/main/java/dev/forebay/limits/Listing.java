package dev.forebay.limits;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * That a subject is blocked for some time, or allowed whatever limits say.
 *
 * @param blockedFor what is left of the block, in whole milliseconds; null if the subject is allowed
 */
public record Listing(String subject, @Nullable Duration blockedFor) {

  /** Returns whether the subject is blocked; else it is allowed. */
  public boolean isBlocked() {
    return blockedFor != null;
  }

  /** Returns what is left of the block; empty if the subject is allowed. */
  public Optional<Duration> left() {
    return Optional.ofNullable(blockedFor);
  }
}
