package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.accounts.SignIn;
import dev.forebay.marketplace.accounts.SignedIn;
import dev.forebay.marketplace.web.RequestText;
import dev.forebay.marketplace.web.VisitorSession;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Comes and goes. */
@Controller
class SignInController {

  private static final String START = "/";

  private final SignIn signIn;
  private final VisitorSession visitors;

  SignInController(SignIn signIn, VisitorSession visitors) {
    this.signIn = signIn;
    this.visitors = visitors;
  }

  @GetMapping("/sign-in")
  ModelAndView form(
      @RequestParam(name = "next", defaultValue = START) String next,
      @RequestParam(name = "changed", required = false) @Nullable String changed) {
    return page(new SignInPage("", SeeOther.ours(next), changed != null, FormProblem.NONE));
  }

  @PostMapping("/sign-in")
  ModelAndView signIn(
      @RequestParam(name = "email", defaultValue = "") String email,
      @RequestParam(name = "password", defaultValue = "") String password,
      @RequestParam(name = "next", defaultValue = START) String next,
      HttpServletRequest request) {
    String goOn = SeeOther.ours(next);
    if (email.isBlank() || password.isEmpty()) {
      FormProblem missing = email.isBlank()
          ? new FormProblem("email", "Enter your e-mail address.")
          : new FormProblem("password", "Enter your password.");
      return page(new SignInPage(RequestText.kept(email), goOn, false, missing));
    }
    Optional<SignedIn> who = signIn.attempt(email, password);
    if (who.isEmpty()) {
      FormProblem wrong = FormProblem.whole(
          "The e-mail address or the password is not right. Try again, or set a new password.");
      return page(new SignInPage(RequestText.kept(email), goOn, false, wrong));
    }
    visitors.begin(request, who.get());
    return SeeOther.page(
        who.get().isOperator() && goOn.equals(START) ? OperatorController.PATH : goOn);
  }

  @PostMapping("/sign-out")
  ModelAndView signOut(HttpServletRequest request) {
    visitors.end(request);
    return SeeOther.page(START);
  }

  private static ModelAndView page(SignInPage page) {
    ModelAndView view = new ModelAndView("sign-in", "page", page);
    view.setStatus(
        page.problem().equals(FormProblem.NONE) ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    return view;
  }
}
