package dev.forebay.servlet;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Writes the answer to a request that its limits deny: a page for people, say, where programs get
 * the problem body. Must be safe for concurrent use.
 *
 * <pre>{@code
 * RateLimitFilter.builder(limits).refusals((request, response, refusal) -> {
 *   if (wantsPage(request)) {
 *     request.setAttribute("refusal", refusal);
 *     request.getRequestDispatcher("/refused").forward(request, response);
 *   } else {
 *     refusal.sendProblem(response);
 *   }
 * })
 * }</pre>
 */
@FunctionalInterface
public interface RefusalHandler {

  /**
   * Writes the body. The status, {@code Cache-Control: no-store} and the fields that tell of limits
   * are set already; nothing is sent yet. A forward is not limited again.
   *
   * @param refusal why it is refused, and when the same request can succeed
   */
  void answer(HttpServletRequest request, HttpServletResponse response, Refusal refusal)
      throws IOException, ServletException;
}
