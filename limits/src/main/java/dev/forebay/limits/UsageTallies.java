package dev.forebay.limits;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all limiters decided in this instance. Safe for concurrent use; never blocks. */
final class UsageTallies {

  private final Map<String, LimiterTally> limiters = new ConcurrentHashMap<>();
  private final EndpointTallies endpoints = new EndpointTallies();
  private final Offenders offenders = new Offenders();

  void add(RateLimiter limiter) {
    limiters.put(limiter.name(), limiter.tally());
  }

  /**
   * Counts what was decided of one request.
   *
   * @param endpoint null if it has no name
   */
  void count(@Nullable String endpoint, Map<Charge, Decision> decided) {
    String denied = null;
    for (Map.Entry<Charge, Decision> entry : decided.entrySet()) {
      Charge charge = entry.getKey();
      charge.limiter().tally().count(charge.subject(), entry.getValue());
      if (!entry.getValue().isAllowed()) {
        denied = charge.subject();
        offenders.count(charge.limiter().name(), denied);
      }
    }
    if (endpoint != null && denied != null) {
      endpoints.count(endpoint, denied);
    }
  }

  Map<String, LimiterTally> limiters() {
    return limiters;
  }

  EndpointTallies endpoints() {
    return endpoints;
  }

  Offenders offenders() {
    return offenders;
  }

  LimitUsage usage(long lostStrikes) {
    Map<String, LimitUsage.OfLimiter> ofLimiters = new TreeMap<>();
    limiters.forEach((name, tally) ->
        ofLimiters.put(name, LimiterTally.usage(tally.counts(), tally.subjects().estimate())));
    return new LimitUsage(
        ofLimiters, endpoints.counts(), offenders.top(LimitUsage.OFFENDERS), lostStrikes);
  }
}
