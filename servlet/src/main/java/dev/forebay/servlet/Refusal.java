package dev.forebay.servlet;

import dev.forebay.http.Problem;
import dev.forebay.http.RateLimitFields;
import dev.forebay.limits.Decision;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decisions;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a request is not allowed to go on: 429, or 503 if all limits that deny it do so only because
 * Redis is away. The client has then done nothing wrong, and 429 would have it slow down, or be
 * blocked by whoever watches for 429; 503 says that it is the server's fault and will pass.
 * Immutable.
 */
public final class Refusal {

  private final Decisions decisions;
  private final Problem problem;
  private final String message;
  private final Optional<Duration> retryAfter;

  private Refusal(
      Decisions decisions, Problem problem, String message, Optional<Duration> retryAfter) {
    this.decisions = decisions;
    Problem described = problem.withDetail(message);
    this.problem = retryAfter.map(described::withRetryAfter).orElse(described);
    this.message = message;
    this.retryAfter = retryAfter;
  }

  /** @param messages what to say, by limiter, where it is said */
  static Refusal of(Decisions decisions, Map<String, String> messages) {
    List<Denied> denials = decisions.all().stream()
        .filter(Denied.class::isInstance)
        .map(Denied.class::cast)
        .toList();
    List<Denied> counted =
        denials.stream().filter(denied -> denied.reason() != Reason.UNAVAILABLE).toList();
    Optional<Duration> wait = QuotaFields.longestWait(decisions);
    return counted.isEmpty()
        ? new Refusal(
            decisions,
            Problem.temporaryReducedCapacity(names(denials)),
            "Whether this request is within its limits cannot be told now. " + askAgain(wait),
            wait)
        : new Refusal(
            decisions,
            Problem.quotaExceeded(names(counted)),
            detail(counted, messages, wait),
            wait);
  }

  /** Returns 429, or 503 if it is only because Redis cannot be asked. */
  public int status() {
    return problem.status();
  }

  /**
   * Returns what to tell the client: the message of the limit with the longest wait, or how long to
   * wait where it has none; that it is blocked, if it is.
   */
  public String message() {
    return message;
  }

  /** Returns when the same request can succeed; empty if waiting does not help. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** Returns what its limits said; where the instance knew that some deny, only those. */
  public Decisions decisions() {
    return decisions;
  }

  /** Returns it as programs read it. */
  public Problem problem() {
    return problem;
  }

  /** Sends the problem as the body of {@code response}: what the filter does by itself. */
  public void sendProblem(HttpServletResponse response) throws IOException {
    byte[] body = problem.toBytes();
    response.setContentType(Problem.CONTENT_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** Sets all but the body. */
  void begin(RateLimitFields fields, HttpServletResponse response) {
    retryAfter.map(fields::retryAfter).orElse(fields).forEach(response::addHeader);
    response.setStatus(problem.status());
    response.setHeader("Cache-Control", "no-store");
  }

  private static String detail(
      List<Denied> denials, Map<String, String> messages, Optional<Duration> wait) {
    Decision strictest = new Decisions(List.copyOf(denials)).strictest();
    if (strictest instanceof Denied denied && denied.reason() == Reason.BLOCKED) {
      return "This client is blocked for now.";
    }
    String message = messages.get(strictest.limiter());
    if (message != null) {
      return message;
    }
    boolean tooCostly =
        strictest instanceof Denied denied && denied.reason() == Reason.COST_ABOVE_LIMIT;
    return tooCostly
        ? "This request costs more than its limit ever allows."
        : "Too many requests. " + askAgain(wait);
  }

  private static String askAgain(Optional<Duration> wait) {
    return wait.map(RateLimitFields::retryAfterSeconds)
        .map(seconds -> "Ask again in " + seconds + (seconds == 1 ? " second." : " seconds."))
        .orElse("Waiting does not help.");
  }

  private static List<String> names(List<Denied> denials) {
    return denials.stream().map(Denied::limiter).distinct().toList();
  }
}
