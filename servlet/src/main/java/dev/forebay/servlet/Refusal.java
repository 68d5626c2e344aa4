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
 * The answer to a request that limits deny: 429, or 503 if all who deny it do so only because Redis
 * is away. The client has then done nothing wrong, and 429 would have it slow down, or be blocked
 * by whoever watches for 429; 503 says that it is the server's fault and will pass.
 *
 * @param retryAfter when the same request can succeed; empty if waiting does not help
 */
record Refusal(Problem problem, Optional<Duration> retryAfter) {

  /** @param messages what to say, by limiter, where it is said */
  static Refusal of(Decisions decisions, Map<String, String> messages) {
    List<Denied> denials = decisions.all().stream()
        .filter(Denied.class::isInstance)
        .map(Denied.class::cast)
        .toList();
    List<Denied> counted =
        denials.stream().filter(denied -> denied.reason() != Reason.UNAVAILABLE).toList();
    Optional<Duration> wait = QuotaFields.longestWait(decisions);
    Problem problem = counted.isEmpty()
        ? Problem.temporaryReducedCapacity(names(denials))
            .withDetail(
                "Whether this request is within its limits cannot be told now. " + askAgain(wait))
        : Problem.quotaExceeded(names(counted)).withDetail(detail(counted, messages, wait));
    return new Refusal(wait.map(problem::withRetryAfter).orElse(problem), wait);
  }

  void send(RateLimitFields fields, HttpServletResponse response) throws IOException {
    retryAfter.map(fields::retryAfter).orElse(fields).forEach(response::addHeader);
    byte[] body = problem.toBytes();
    response.setStatus(problem.status());
    response.setHeader("Cache-Control", "no-store");
    response.setContentType(Problem.CONTENT_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static String detail(
      List<Denied> denials, Map<String, String> messages, Optional<Duration> wait) {
    Decision strictest = new Decisions(List.copyOf(denials)).strictest();
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
