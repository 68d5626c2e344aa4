package dev.forebay.marketplace.web;

import dev.forebay.marketplace.accounts.SignIn;
import dev.forebay.marketplace.accounts.SignedIn;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Who visits, kept in the session of the container. Templates know it as {@code @visitor}. */
@Component("visitor")
public class VisitorSession {

  private static final Logger log = LoggerFactory.getLogger(VisitorSession.class);
  private static final String WHO = VisitorSession.class.getName() + ".who";
  private static final Duration IDLE = Duration.ofMinutes(30);

  private final SignIn signIn;

  VisitorSession(SignIn signIn) {
    this.signIn = signIn;
  }

  /** Notes that somebody has signed in, under a new session id: one that others knew before is worth nothing. */
  public void begin(HttpServletRequest request, SignedIn who) {
    HttpSession session = request.getSession();
    request.changeSessionId();
    FormTokens.forget(session);
    session.setMaxInactiveInterval((int) IDLE.toSeconds());
    session.setAttribute(WHO, who);
  }

  /** Ends the session. */
  public void end(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }

  /**
   * Returns who has signed in and is to be known still. Reads one value from Redis, or a row of the database; nothing
   * where nobody has signed in. While neither can be asked, nobody is known.
   */
  Optional<SignedIn> recall(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session == null || !(session.getAttribute(WHO) instanceof SignedIn who)) {
      return Optional.empty();
    }
    try {
      if (signIn.holds(who)) {
        return Optional.of(who);
      }
      end(request);
    } catch (DataAccessException away) {
      log.debug("Nobody can be recognised without the database", away);
    }
    return Optional.empty();
  }

  /**
   * Returns who visits.
   *
   * @param next where to go on once somebody has signed in
   * @throws SignInRequired if nobody has
   */
  public SignedIn require(HttpServletRequest request, String next) {
    if (request.getUserPrincipal() instanceof SignedIn who) {
      return who;
    }
    throw new SignInRequired(next);
  }

  /** Returns who asked for the page that is being written; null if nobody has signed in. */
  public @Nullable SignedIn signedIn() {
    if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current) {
      Principal principal = current.getRequest().getUserPrincipal();
      return principal instanceof SignedIn who ? who : null;
    }
    return null;
  }
}
