package dev.forebay.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A limit as a route uses it: whom it counts the request for, what the request costs, and what who
 * is denied is told. Immutable.
 *
 * <p>A limit is named by its limiter, or by the title of a {@link dev.forebay.limits.LimitTier}. It
 * knows an address as {@link dev.forebay.http.ClientAddress#subject} has it, {@code 203.0.113.7} or
 * {@code 2001:db8:1:2::/64}, and a user as {@link #userSubject} has it.
 */
public final class RequestLimit {

  private static final String USER = "user:";

  private final String limiter;
  private final String addressLimiter;
  private final Function<? super HttpServletRequest, Optional<String>> subject;
  private final Predicate<? super HttpServletRequest> condition;
  private final long cost;
  private final Optional<String> message;

  private RequestLimit(
      String limiter,
      String addressLimiter,
      Function<? super HttpServletRequest, Optional<String>> subject,
      Predicate<? super HttpServletRequest> condition,
      long cost,
      Optional<String> message) {
    this.limiter = limiter;
    this.addressLimiter = addressLimiter;
    this.subject = subject;
    this.condition = condition;
    this.cost = cost;
    this.message = message;
  }

  /** Returns a limit for each client address. */
  public static RequestLimit byAddress(String limiter) {
    return counting(limiter, limiter, request -> Optional.empty());
  }

  /** Returns a limit for each user who is signed in, else for each client address. */
  public static RequestLimit byUser(String limiter) {
    return byUser(limiter, limiter);
  }

  /**
   * Returns a limit for each user who is signed in, and another one, for each client address, where
   * nobody is. Who is signed in says {@link HttpServletRequest#getUserPrincipal}, so the filter
   * must come after the one that finds out.
   */
  public static RequestLimit byUser(String limiter, String addressLimiter) {
    return counting(limiter, addressLimiter, RequestLimit::signedInUser);
  }

  /**
   * Returns a limit for each subject that {@code subject} finds in requests, the account whose
   * password is to be reset say; for each client address where it finds none, so that leaving it
   * out evades nothing. Who may name any subject is not limited by this, but each subject is: add a
   * limit by address. Return the same text for all spellings of one subject, in lower case say, with a
   * prefix that no address and no other kind of subject has, {@code account:} say: who may name an
   * address would spend its permits, and who may name a subject that is allowed is not counted. A
   * parameter is read from the body too, which the application cannot do again from the stream.
   *
   * @param subject finds a text of one character or more
   */
  public static RequestLimit by(
      String limiter, Function<? super HttpServletRequest, Optional<String>> subject) {
    return counting(limiter, limiter, Objects.requireNonNull(subject, "subject"));
  }

  private static RequestLimit counting(
      String limiter,
      String addressLimiter,
      Function<? super HttpServletRequest, Optional<String>> subject) {
    return new RequestLimit(limiter, addressLimiter, subject, request -> true, 1, Optional.empty());
  }

  /** Returns by which text a limiter knows a user, to ask it or reset it elsewhere. */
  public static String userSubject(String name) {
    return USER + name;
  }

  /**
   * Sets how many permits a request takes; 1 by default.
   *
   * @param permits 1 or more, not more than the limit has
   */
  public RequestLimit cost(long permits) {
    if (permits < 1) {
      throw new IllegalArgumentException(
          "A request costs 1 permit of '" + limiter + "' or more, was " + permits);
    }
    return new RequestLimit(limiter, addressLimiter, subject, condition, permits, message);
  }

  /** Sets what who is denied is told, in place of how long to wait. */
  public RequestLimit message(String text) {
    return new RequestLimit(limiter, addressLimiter, subject, condition, cost, Optional.of(text));
  }

  /**
   * Limits only those requests of its routes for which {@code test} holds, a page where it searches
   * say; by default all. Let it look at what the application looks at, or it is evaded by writing
   * the same differently. Replaces a condition that was set before.
   */
  public RequestLimit onlyIf(Predicate<? super HttpServletRequest> test) {
    return new RequestLimit(
        limiter, addressLimiter, subject, Objects.requireNonNull(test, "test"), cost, message);
  }

  String limiter() {
    return limiter;
  }

  String addressLimiter() {
    return addressLimiter;
  }

  long cost() {
    return cost;
  }

  Optional<String> message() {
    return message;
  }

  boolean appliesTo(HttpServletRequest request) {
    return condition.test(request);
  }

  /** Whom the request is counted for; empty if for its address. */
  Optional<String> subjectOf(HttpServletRequest request) {
    return subject.apply(request).filter(text -> !text.isEmpty());
  }

  private static Optional<String> signedInUser(HttpServletRequest request) {
    return Optional.ofNullable(request.getUserPrincipal())
        .map(Principal::getName)
        .filter(name -> !name.isEmpty())
        .map(RequestLimit::userSubject);
  }
}
