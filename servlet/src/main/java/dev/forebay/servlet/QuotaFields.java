package dev.forebay.servlet;

import dev.forebay.http.QuotaState;
import dev.forebay.http.RateLimitFields;
import dev.forebay.limits.Decision;
import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Source;
import dev.forebay.limits.Decisions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tells decisions as header fields. */
final class QuotaFields {

  private QuotaFields() {}

  /**
   * Returns the fields of all decisions that were counted, for each limiter those of the strictest.
   * What an instance guesses without Redis is not told: its share is no quota.
   */
  static RateLimitFields of(Decisions decisions) {
    Optional<Duration> wait = longestWait(decisions);
    Map<String, QuotaState> states = new LinkedHashMap<>();
    for (Decision decision : decisions.all()) {
      if (decision.source() != Source.FALLBACK) {
        states.merge(decision.limiter(), state(decision, wait), QuotaFields::stricter);
      }
    }
    return RateLimitFields.of(states.values());
  }

  /** How long to wait until all limits allow what they deny; empty if waiting does not help. */
  static Optional<Duration> longestWait(Decisions decisions) {
    return decisions.strictest() instanceof Denied denied && denied.canSucceedLater()
        ? Optional.of(denied.retryAfter())
        : Optional.empty();
  }

  private static QuotaState state(Decision decision, Optional<Duration> wait) {
    return new QuotaState(
        decision.limiter(),
        decision.limit().permits(),
        decision.limit().window(),
        decision.remaining(),
        reset(decision, wait));
  }

  /** No time is later than that of Retry-After, which would be against the draft. */
  private static Duration reset(Decision decision, Optional<Duration> wait) {
    Duration reset = denied(decision)
        .filter(Denied::canSucceedLater)
        .map(Denied::retryAfter)
        .orElse(decision.resetAfter());
    return wait.filter(longest -> longest.compareTo(reset) < 0).orElse(reset);
  }

  private static Optional<Denied> denied(Decision decision) {
    if (decision instanceof Allowed allowed) {
      return allowed.wouldBeDenied();
    }
    return Optional.of((Denied) decision);
  }

  private static QuotaState stricter(QuotaState one, QuotaState other) {
    return other.remaining() < one.remaining() ? other : one;
  }
}
