package dev.forebay.marketplace.web;

import dev.forebay.marketplace.accounts.Tokens;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.support.RequestDataValueProcessor;

/**
 * Takes forms only from our own pages: other sites can make a visitor's browser send one, but not with the token of the
 * visitor's session. Thymeleaf writes it into every form that has a {@code th:action}.
 *
 * <p>Comes before the limits, so that what other sites send uses up nothing of the visitor's.
 *
 * <p>The API needs none: it reads no session, and takes JSON, which browsers send to other sites only if these say so.
 */
@Component("requestDataValueProcessor") // the name by which Spring's views find it
@Order(FormTokens.ORDER)
class FormTokens extends OncePerRequestFilter implements RequestDataValueProcessor {

  static final int ORDER = SignedInFilter.ORDER + 5;

  private static final String NAME = "token-of-form";
  private static final String ATTRIBUTE = FormTokens.class.getName() + ".token";
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
  /** How long somebody may look at a form without a session of their own. */
  private static final Duration IDLE = Duration.ofMinutes(15);

  /** Makes the session begin another token with its next form. */
  static void forget(HttpSession session) {
    session.removeAttribute(ATTRIBUTE);
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return SAFE_METHODS.contains(request.getMethod())
        || RequestText.isForPrograms(request.getServletPath());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain rest)
      throws ServletException, IOException {
    String sent;
    try {
      sent = request.getParameter(NAME);
    } catch (IllegalStateException unreadable) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
      return;
    }
    if (isGenuine(request, sent)) {
      rest.doFilter(request, response);
    } else {
      response.sendError(HttpServletResponse.SC_FORBIDDEN);
    }
  }

  private static boolean isGenuine(HttpServletRequest request, @Nullable String sent) {
    HttpSession session = request.getSession(false);
    return session != null
        && sent != null
        && session.getAttribute(ATTRIBUTE) instanceof String token
        && MessageDigest.isEqual(
            token.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Map<String, String> getExtraHiddenFields(HttpServletRequest request) {
    HttpSession before = request.getSession(false);
    HttpSession session = before == null ? request.getSession() : before;
    if (before == null) {
      session.setMaxInactiveInterval((int) IDLE.toSeconds());
    }
    if (!(session.getAttribute(ATTRIBUTE) instanceof String token)) {
      String made = Tokens.next();
      session.setAttribute(ATTRIBUTE, made);
      return Map.of(NAME, made);
    }
    return Map.of(NAME, token);
  }

  @Override
  public String processAction(HttpServletRequest request, String action, String method) {
    return action;
  }

  @Override
  public String processFormFieldValue(
      HttpServletRequest request, @Nullable String name, String value, String type) {
    return value;
  }

  @Override
  public String processUrl(HttpServletRequest request, String url) {
    return url;
  }
}
