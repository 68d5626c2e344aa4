package dev.forebay.http;

import java.time.Duration;

/**
 * What one limit leaves to the client that asked.
 *
 * @param policy the name of the limit: 1 to 128 printable ASCII characters
 * @param quota how much the limit allows in each window, 0 or more; told as 999,999,999,999,999,
 *     the most that a field can hold, if it is more than that
 * @param window its window, longer than 0; told in whole seconds, rounded up
 * @param remaining how much of it is left now, 0 or more; told as the quota if it is more than that
 * @param reset how long it takes until all of it is available again or, when the client was
 *     refused, until it may ask again; 0 or more, told in whole seconds, rounded up
 */
public record QuotaState(
    String policy, long quota, Duration window, long remaining, Duration reset) {

  private static final int LONGEST_NAME = 128;

  public QuotaState {
    if (policy.isEmpty() || policy.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "policy must have 1 to " + LONGEST_NAME + " characters, had " + policy.length());
    }
    if (!StructuredFields.isPrintable(policy)) {
      throw new IllegalArgumentException(
          "policy must be printable ASCII, as a header field can hold nothing else, was '"
              + policy.replaceAll("[^ -~]", "?") + "'");
    }
    if (quota < 0) {
      throw new IllegalArgumentException("quota of '" + policy + "' must be >= 0, was " + quota);
    }
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("window of '" + policy + "' must be > 0, was " + window);
    }
    if (remaining < 0) {
      throw new IllegalArgumentException(
          "remaining of '" + policy + "' must be >= 0, was " + remaining);
    }
    if (reset.isNegative()) {
      throw new IllegalArgumentException("reset of '" + policy + "' must be >= 0, was " + reset);
    }
    quota = Math.min(quota, StructuredFields.LARGEST_INTEGER);
    remaining = Math.min(remaining, quota);
  }

  /** The item of {@code RateLimit-Policy}: {@code "login";q=5;w=300}. */
  String policyItem() {
    return StructuredFields.string(policy) + ";q=" + quota + ";w="
        + StructuredFields.seconds(window);
  }

  /** The item of {@code RateLimit}: {@code "login";r=0;t=42}. */
  String stateItem() {
    return StructuredFields.string(policy) + ";r=" + remaining + ";t="
        + StructuredFields.seconds(reset);
  }
}
