package dev.forebay.limits;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A change of a limit, or of who is blocked or allowed, as instances tell each other of it.
 *
 * @param generation what Redis has counted its changes from
 * @param before number of the change before, 0 for none
 * @param number later than all before
 */
record SettingsChange(
    String generation, long before, long number, String what, String of, String other) {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  /** Returns what a message says, or null if it is none of a change, or damaged. */
  static @Nullable SettingsChange parse(String message) {
    String[] parts = message.split(" ", 7);
    if (parts.length < 7 || !parts[0].equals("S")) {
      return null;
    }
    try {
      if (parts[4].equals("BLOCK")) {
        var unused = Long.parseLong(parts[5]);
      }
      return new SettingsChange(
          parts[1],
          Long.parseLong(parts[2]),
          Long.parseLong(parts[3]),
          parts[4],
          parts[5],
          parts[6]);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Returns whether who knows all up to a number knows it. */
  boolean isKnown(String knownGeneration, long known) {
    return generation.equals(knownGeneration) && number <= known;
  }

  /** Returns whether who knows all up to a number, and it, has missed nothing. */
  boolean isNext(String knownGeneration, long known) {
    boolean first = knownGeneration.isEmpty() && known == 0;
    // What was put back is not told one by one: only reading tells.
    return !what.equals("RESTORED")
        && before == known
        && (first || generation.equals(knownGeneration));
  }

  /** Makes the change where it acts. */
  void applyTo(ChangedLimits limits, SubjectLists lists) {
    switch (what) {
      case "RULE" -> {
        Limit limit = ChangedLimits.parse(of, other);
        if (limit != null) {
          limits.change(of, limit);
        }
      }
      case "REVERT" -> limits.change(of, null);
      case "BLOCK" -> lists.block(subject(), millis());
      case "ALLOW" -> lists.allow(subject());
      case "UNLIST" -> lists.unlist(subject());
      case "RESTORED" -> {}
      default -> log.debug("News of a later release: {}", what);
    }
  }

  /** Makes the change in what was read from Redis, maybe before it. */
  void applyTo(StoredSettings stored) {
    switch (what) {
      case "RULE" -> {
        Limit limit = ChangedLimits.parse(of, other);
        if (limit != null) {
          stored.limits().put(of, limit);
        }
      }
      case "REVERT" -> stored.limits().remove(of);
      case "BLOCK" -> stored.listed().put(subject(), millis());
      case "ALLOW" -> stored.listed().put(subject(), -1L);
      case "UNLIST" -> stored.listed().remove(subject());
      case "RESTORED" -> {}
      default -> log.debug("News of a later release: {}", what);
    }
  }

  private String subject() {
    return WireText.decode(other);
  }

  private long millis() {
    return Long.parseLong(of);
  }
}
