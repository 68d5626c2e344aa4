package dev.forebay.servlet;

import dev.forebay.http.ClientAddresses;
import dev.forebay.http.RateLimitFields;
import dev.forebay.limits.Charge;
import dev.forebay.limits.Decision;
import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Source;
import dev.forebay.limits.Decisions;
import dev.forebay.limits.RateLimits;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Limits requests before they reach the application.
 *
 * <pre>{@code
 * Filter filter = RateLimitFilter.builder(limits)
 *     .clientAddresses(addresses)
 *     .route("POST", "/login", RequestLimit.byAddress("login").message("Too many attempts."))
 *     .route("*", "/api/**", RequestLimit.byUser("api-user", "api-address"))
 *     .build();
 * }</pre>
 *
 * <p>Each request takes permits of all limits whose routes match, or of none; routes with the same
 * limit and subject add up. All responses tell of the limits in the fields {@code RateLimit-Policy}
 * and {@code RateLimit}. One that is denied does not reach the application: the answer is 429 with
 * {@code Retry-After} and a problem body, or what a {@link RefusalHandler} writes, or 503 where a
 * limiter that is closed without Redis cannot ask it. A limiter in shadow denies nothing, but its fields tell what it would have said.
 *
 * <p>Routes match the path as the server has decoded and cleaned it. Only what a client requests is
 * counted: asynchronous and error dispatches, forwards and includes are not. A check takes the
 * round trips of {@link RateLimits#check}, and blocks as long as that may; never fails because of
 * Redis. Safe for concurrent use.
 */
public final class RateLimitFilter implements Filter {

  /**
   * The attribute of a request that holds what its limits said, as {@link Decisions}; absent if no
   * route matched.
   */
  public static final String DECISIONS = RateLimitFilter.class.getName() + ".decisions";

  private static final String TAKEN = RateLimitFilter.class.getName() + ".taken";

  private final RateLimits limits;
  private final ClientAddresses clientAddresses;
  private final List<Route> routes;
  private final boolean firstRouteOnly;
  private final boolean legacyFields;
  private final RefusalHandler refusals;
  private final LongSupplier nanoClock;

  RateLimitFilter(RateLimitFilterBuilder settings) {
    this.limits = settings.limits;
    this.clientAddresses = settings.clientAddresses;
    this.routes = List.copyOf(settings.routes);
    this.firstRouteOnly = settings.firstRouteOnly;
    this.legacyFields = settings.legacyFields;
    this.refusals = settings.refusals;
    this.nanoClock = settings.nanoClock;
  }

  /** Begins to describe a filter. */
  public static RateLimitFilterBuilder builder(RateLimits limits) {
    return new RateLimitFilterBuilder(limits);
  }

  /**
   * Gives back what a request took of its limits: for one that came to nothing, a form with a typing
   * mistake say. Not for one whose outcome tells its sender anything: attempts to guess must count.
   * Has no effect the second time, where nothing was taken, or while Redis is away; nor at a limit of
   * which the permits have expired meanwhile, as those of others would go back. Permits on lease go back
   * to Redis, and not into the lease. Waits for one round trip for each of its limits, for none where
   * Redis is switched off by configuration.
   *
   * @param request the one that the application has, wrapped or not
   */
  public static void refund(ServletRequest request) {
    if (request.getAttribute(TAKEN) instanceof Taken taken) {
      request.removeAttribute(TAKEN);
      taken.refund();
    }
  }

  /**
   * What a request took.
   *
   * @param clock as {@link System#nanoTime}
   */
  private record Taken(List<Permits> permits, LongSupplier clock) {

    void refund() {
      long now = clock.getAsLong();
      for (Permits taken : permits) {
        if (taken.until() - now > 0) {
          Charge charge = taken.charge();
          charge.limiter().refund(charge.subject(), charge.cost());
        }
      }
    }
  }

  /**
   * What a request took of one limit.
   *
   * @param until when they expire, by the clock
   */
  private record Permits(Charge charge, long until) {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getDispatcherType() == DispatcherType.REQUEST
        && request instanceof HttpServletRequest asked
        && response instanceof HttpServletResponse answer
        && !isAllowed(asked, answer)) {
      return;
    }
    chain.doFilter(request, response);
  }

  /** Asks the limits and tells what they say; answers the request if they deny it. */
  private boolean isAllowed(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    List<Route> matching = matching(request);
    List<RouteLimit> applying = applying(matching, request);
    List<Charge> charges = applying.isEmpty() ? List.of() : charges(applying, request);
    if (charges.isEmpty()) {
      return true;
    }
    long askedAt = nanoClock.getAsLong();
    Decisions decisions = limits.check(endpoint(matching), charges);
    request.setAttribute(DECISIONS, decisions);
    RateLimitFields fields = QuotaFields.of(decisions);
    if (legacyFields) {
      fields = fields.legacy(Instant.now());
    }
    if (decisions.isAllowed()) {
      fields.forEach(response::addHeader);
      request.setAttribute(TAKEN, new Taken(taken(charges, decisions.all(), askedAt), nanoClock));
      return true;
    }
    Refusal refusal = Refusal.of(decisions, messages(applying));
    refusal.begin(fields, response);
    refusals.answer(request, response, refusal);
    return false;
  }

  /**
   * Of charges that were allowed those that were counted where a refund goes, by Redis, on lease too, or
   * by this process if it is switched off, and not only let pass: what a list or an open limit allows
   * expires at once.
   */
  private List<Permits> taken(List<Charge> charges, List<Decision> decisions, long askedAt) {
    return IntStream.range(0, charges.size())
        .filter(i -> decisions.get(i) instanceof Allowed allowed
            && (allowed.source() != Source.FALLBACK || !limits.enabled())
            && allowed.wouldBeDenied().isEmpty())
        .mapToObj(i ->
            new Permits(charges.get(i), askedAt + decisions.get(i).resetAfter().toNanos()))
        .toList();
  }

  private List<Route> matching(HttpServletRequest request) {
    String rest = request.getPathInfo();
    String path = rest == null ? request.getServletPath() : request.getServletPath() + rest;
    return routes.stream()
        .filter(route -> route.matches(request, path))
        .limit(firstRouteOnly ? 1 : routes.size())
        .toList();
  }

  /** By which denials are told apart: the route with the longest path. */
  private static String endpoint(List<Route> matching) {
    return matching.stream()
        .max(Comparator.comparingInt(route -> route.path().length()))
        .orElseThrow()
        .name();
  }

  private static List<RouteLimit> applying(List<Route> matching, HttpServletRequest request) {
    return matching.stream()
        .flatMap(route -> route.limits().stream())
        .filter(limit -> limit.limit().appliesTo(request))
        .toList();
  }

  private List<Charge> charges(List<RouteLimit> applying, HttpServletRequest request) {
    String address = clientAddresses
        .resolve(request.getRemoteAddr(), name -> Collections.list(request.getHeaders(name)))
        .subject();
    Map<List<Object>, Charge> charges = new LinkedHashMap<>();
    for (RouteLimit limit : applying) {
      Charge charge = limit.charge(request, address);
      charges.merge(
          List.of(charge.limiter(), charge.subject()),
          charge,
          (one, other) -> one.limiter().charge(one.subject(), one.cost() + other.cost()));
    }
    return List.copyOf(charges.values());
  }

  private static Map<String, String> messages(List<RouteLimit> applying) {
    Map<String, String> messages = new LinkedHashMap<>();
    for (RouteLimit limit : applying) {
      limit.limit().message().ifPresent(message -> {
        messages.putIfAbsent(limit.limiter().name(), message);
        messages.putIfAbsent(limit.addressLimiter().name(), message);
      });
    }
    return messages;
  }
}
