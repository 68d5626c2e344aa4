package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.accounts.AddressTaken;
import dev.forebay.marketplace.accounts.SignUp;
import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.web.RequestText;
import dev.forebay.marketplace.web.VisitorSession;
import dev.forebay.servlet.RateLimitFilter;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Joins the market. */
@Controller
class SignUpController {

  private final SignUp signUp;
  private final Catalog catalog;
  private final VisitorSession visitors;

  SignUpController(SignUp signUp, Catalog catalog, VisitorSession visitors) {
    this.signUp = signUp;
    this.catalog = catalog;
    this.visitors = visitors;
  }

  @GetMapping("/sign-up")
  ModelAndView form() {
    return page(new SignUp.Form("", "", "", ""), FormProblem.NONE, HttpStatus.OK);
  }

  @PostMapping("/sign-up")
  ModelAndView signUp(
      @RequestParam(name = "name", defaultValue = "") String name,
      @RequestParam(name = "email", defaultValue = "") String email,
      @RequestParam(name = "place", defaultValue = "") String place,
      @RequestParam(name = "password", defaultValue = "") String password,
      HttpServletRequest request) {
    SignUp.Form form = new SignUp.Form(name, email, place, password);
    try {
      visitors.begin(request, signUp.open(form));
    } catch (InvalidInput refused) {
      // A typing mistake is no attempt. An address that is taken is one: it tells that it is.
      RateLimitFilter.refund(request);
      return page(form, FormProblem.of(refused), HttpStatus.BAD_REQUEST);
    } catch (AddressTaken taken) {
      FormProblem problem = new FormProblem("email", String.valueOf(taken.getMessage()));
      return page(form, problem, HttpStatus.CONFLICT);
    }
    return SeeOther.page("/");
  }

  private ModelAndView page(SignUp.Form typed, FormProblem problem, HttpStatus status) {
    SignUp.Form form = new SignUp.Form(
        RequestText.kept(typed.name()), RequestText.kept(typed.email()), typed.place(), "");
    ModelAndView view =
        new ModelAndView("sign-up", "page", new SignUpPage(form, catalog.places(), problem));
    view.setStatus(status);
    return view;
  }
}
