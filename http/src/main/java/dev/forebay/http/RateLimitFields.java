package dev.forebay.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The header fields that tell a client of its limits.
 *
 * <pre>{@code
 * RateLimitFields.of(states).retryAfter(decision.retryAfter()).forEach(response::setHeader);
 *
 * RateLimit-Policy: "login";q=5;w=300, "auth";q=10;w=60
 * RateLimit: "login";r=0;t=42, "auth";r=7;t=18
 * Retry-After: 42
 * }</pre>
 *
 * <p>{@code RateLimit} and {@code RateLimit-Policy} are those of
 * draft-ietf-httpapi-ratelimit-headers-11 of May 2026, which is no standard yet and may change;
 * {@code Retry-After} is that of RFC 9110. The fields of a cached response are those of somebody
 * else: let no cache store a refusal. Immutable.
 */
public final class RateLimitFields {

  /** What a client may spend, by limit. */
  public static final String RATE_LIMIT = "RateLimit";

  /** The limits themselves. */
  public static final String RATE_LIMIT_POLICY = "RateLimit-Policy";

  /** In how many seconds to ask again. */
  public static final String RETRY_AFTER = "Retry-After";

  private final List<QuotaState> states;
  private final Map<String, String> fields;

  private RateLimitFields(List<QuotaState> states, Map<String, String> fields) {
    this.states = states;
    this.fields = Collections.unmodifiableMap(fields);
  }

  /** Returns the fields that tell of these limits, in that order; none if there is no limit. */
  public static RateLimitFields of(Collection<QuotaState> states) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (!states.isEmpty()) {
      fields.put(
          RATE_LIMIT_POLICY,
          states.stream().map(QuotaState::policyItem).collect(Collectors.joining(", ")));
      fields.put(
          RATE_LIMIT, states.stream().map(QuotaState::stateItem).collect(Collectors.joining(", ")));
    }
    return new RateLimitFields(List.copyOf(states), fields);
  }

  /**
   * Adds {@code Retry-After}, in whole seconds, rounded up: who waits that long is never too early.
   * At least 1, as 0 would invite a loop.
   */
  public RateLimitFields retryAfter(Duration wait) {
    return with(RETRY_AFTER, retryAfterSeconds(wait));
  }

  /**
   * Adds the customary {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset} for clients
   * that know only those. They have room for one limit: the one of which the smallest share is
   * left. The reset is told in seconds since 1970, rounded up, as most who send it do.
   *
   * @param now the present time
   */
  public RateLimitFields legacy(Instant now) {
    return states.stream()
        .min(Comparator.comparingDouble(RateLimitFields::share))
        .map(state -> with("X-RateLimit-Limit", state.quota())
            .with("X-RateLimit-Remaining", state.remaining())
            .with("X-RateLimit-Reset", resetAt(now, state)))
        .orElse(this);
  }

  /** Returns the seconds that {@code Retry-After} tells. */
  public static long retryAfterSeconds(Duration wait) {
    return Math.max(1, StructuredFields.seconds(wait));
  }

  /** Hands each field to {@code setHeader} of a response. */
  public void forEach(BiConsumer<? super String, ? super String> setHeader) {
    fields.forEach(setHeader);
  }

  /** Returns the fields by name, in the order in which they are to be sent. */
  public Map<String, String> asMap() {
    return fields;
  }

  private RateLimitFields with(String name, long value) {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.put(name, Long.toString(value));
    return new RateLimitFields(states, all);
  }

  private static double share(QuotaState state) {
    return state.quota() == 0 ? 0 : (double) state.remaining() / state.quota();
  }

  private static long resetAt(Instant now, QuotaState state) {
    long seconds = now.getEpochSecond() + StructuredFields.seconds(state.reset());
    return now.getNano() > 0 ? seconds + 1 : seconds;
  }

  @Override
  public String toString() {
    return fields.toString();
  }
}
