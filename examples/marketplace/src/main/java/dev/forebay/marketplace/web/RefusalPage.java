package dev.forebay.marketplace.web;

import dev.forebay.servlet.Refusal;
import dev.forebay.servlet.RefusalHandler;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.ModelAndView;

/** Answers what limits deny: people get a page that says when to come back, programs the problem. */
@Controller
public class RefusalPage implements RefusalHandler {

  /** Where pages are forwarded to; whoever asks for it by address finds nothing. */
  static final String PATH = "/refused";

  private static final String REFUSAL = RefusalPage.class.getName() + ".refusal";

  @Override
  public void answer(HttpServletRequest request, HttpServletResponse response, Refusal refusal)
      throws IOException, ServletException {
    if (wantsPage(request)) {
      request.setAttribute(REFUSAL, refusal);
      request.getRequestDispatcher(PATH).forward(request, response);
    } else {
      refusal.sendProblem(response);
    }
  }

  @RequestMapping(PATH)
  ModelAndView page(HttpServletRequest request) {
    if (!(request.getAttribute(REFUSAL) instanceof Refusal refusal)) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }
    boolean tooMany = refusal.status() == HttpStatus.TOO_MANY_REQUESTS.value();
    ModelAndView page = new ModelAndView("failure", HttpStatusCode.valueOf(refusal.status()));
    page.addObject("status", refusal.status());
    page.addObject("headline", tooMany ? "One moment, please" : "Back in a minute");
    page.addObject(
        "message",
        tooMany
            ? refusal.message()
            : "This is not possible just now. Everything else on the market is.");
    page.addObject("wait", refusal.retryAfter().orElse(null));
    return page;
  }

  private static boolean wantsPage(HttpServletRequest request) {
    String accept = request.getHeader("Accept");
    return !RequestText.isForPrograms(request.getServletPath())
        && accept != null
        && accept.contains("text/html");
  }
}
