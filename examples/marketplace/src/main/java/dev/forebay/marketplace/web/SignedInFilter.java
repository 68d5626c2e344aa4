package dev.forebay.marketplace.web;

import dev.forebay.marketplace.accounts.SignedIn;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells all that comes after it, limits too, who has signed in: as {@link HttpServletRequest#getUserPrincipal}. Looks
 * only when somebody asks, so that pictures and styles cost nothing.
 */
@Component
@Order(SignedInFilter.ORDER)
class SignedInFilter extends OncePerRequestFilter {

  static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 20;

  private final VisitorSession visitors;

  SignedInFilter(VisitorSession visitors) {
    this.visitors = visitors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain rest)
      throws ServletException, IOException {
    rest.doFilter(new Visit(request), response);
  }

  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  private final class Visit extends HttpServletRequestWrapper {

    private Optional<SignedIn> known = Optional.empty();
    private boolean asked;

    Visit(HttpServletRequest request) {
      super(request);
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
      return who().orElse(null);
    }

    @Override
    public @Nullable String getRemoteUser() {
      return who().map(SignedIn::getName).orElse(null);
    }

    @Override
    public boolean isUserInRole(String role) {
      return who().map(who -> who.role().name().toLowerCase(Locale.ROOT)).equals(Optional.of(role));
    }

    private Optional<SignedIn> who() {
      if (!asked) {
        known = visitors.recall((HttpServletRequest) getRequest());
        asked = true;
      }
      return known;
    }
  }
}
