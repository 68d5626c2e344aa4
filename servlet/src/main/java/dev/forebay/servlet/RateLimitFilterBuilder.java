package dev.forebay.servlet;

import dev.forebay.http.ClientAddresses;
import dev.forebay.limits.RateLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Collects the routes of a {@link RateLimitFilter}; not safe for concurrent use. */
public final class RateLimitFilterBuilder {

  final RateLimits limits;
  final List<Route> routes = new ArrayList<>();
  ClientAddresses clientAddresses = ClientAddresses.direct();
  boolean firstRouteOnly;
  boolean legacyFields;
  LongSupplier nanoClock = System::nanoTime;
  RefusalHandler refusals = (request, response, refusal) -> refusal.sendProblem(response);

  RateLimitFilterBuilder(RateLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /**
   * Adds limits for some requests. A request takes permits of all its limits, or of none. Whether
   * what several routes take of one limit adds up to more than it ever has is not checked: requests
   * that match all of them are denied then.
   *
   * @param method {@code GET}, which is HEAD too, {@code POST}, ... or {@code *} for all
   * @param path within the application: {@code /login}; {@code /items/*} with any one segment for
   *     the star; {@code /api/**} with any number of them, none too. Case counts, a slash at the
   *     end does not
   * @param requestLimits one or more
   * @throws IllegalArgumentException if one of them is malformed, there is no limiter of a name, or
   *     a request would cost more than the {@linkplain
   *     dev.forebay.limits.RateLimiter#largestCost() largest cost} of its limit
   */
  public RateLimitFilterBuilder route(String method, String path, RequestLimit... requestLimits) {
    routes.add(new Route(
        method,
        new PathPattern(path),
        Arrays.stream(requestLimits).map(limit -> RouteLimit.of(limit, limits)).toList()));
    return this;
  }

  /** Sets how clients are told apart; by default by who opened the connection. */
  public RateLimitFilterBuilder clientAddresses(ClientAddresses addresses) {
    this.clientAddresses = Objects.requireNonNull(addresses, "addresses");
    return this;
  }

  /** Applies only the first route that matches; by default all that match apply together. */
  public RateLimitFilterBuilder firstRouteOnly() {
    this.firstRouteOnly = true;
    return this;
  }

  /** Sends {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset} too. */
  public RateLimitFilterBuilder legacyFields() {
    this.legacyFields = true;
    return this;
  }

  /** Sets who writes the answers to requests that are denied; by default problem bodies. */
  public RateLimitFilterBuilder refusals(RefusalHandler handler) {
    this.refusals = Objects.requireNonNull(handler, "handler");
    return this;
  }

  /**
   * Returns the filter.
   *
   * @throws IllegalStateException if there is no route
   */
  public RateLimitFilter build() {
    if (routes.isEmpty()) {
      throw new IllegalStateException(
          "The filter would limit nothing. Call route(method, path, limits).");
    }
    return new RateLimitFilter(this);
  }
}
