package dev.forebay.marketplace.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Nothing from elsewhere, no script, no frame: even if a title escaped its page, it could do nothing. Only the operator's
 * page has a script, which comes from here and asks nobody else. Pages show who has signed in: nobody keeps them.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class SecurityHeaders extends OncePerRequestFilter {

  private static final String POLICY =
      "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
  private static final String OPERATOR = "/operator";
  private static final String OPERATORS_POLICY = "; script-src 'self'; connect-src 'self'";

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain rest)
      throws ServletException, IOException {
    boolean operators = request.getServletPath().equals(OPERATOR);
    response.setHeader("Content-Security-Policy", operators ? POLICY + OPERATORS_POLICY : POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "same-origin");
    response.setHeader("Cache-Control", "private, no-cache");
    rest.doFilter(request, response);
  }
}
