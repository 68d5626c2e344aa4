package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.accounts.LinkExpired;
import dev.forebay.marketplace.accounts.PasswordReset;
import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.limiting.Attempts;
import dev.forebay.marketplace.web.RequestText;
import dev.forebay.servlet.RateLimitFilter;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Asks for a link that sets a new password, and sets it. */
@Controller
class PasswordResetController {

  private final PasswordReset reset;
  private final Attempts attempts;

  PasswordResetController(PasswordReset reset, Attempts attempts) {
    this.reset = reset;
    this.attempts = attempts;
  }

  @GetMapping("/forgot-password")
  ModelAndView request(@RequestParam(name = "sent", required = false) @Nullable String sent) {
    return page(new ForgotPasswordPage("", sent != null, FormProblem.NONE), HttpStatus.OK);
  }

  @PostMapping("/forgot-password")
  ModelAndView request(
      @RequestParam(name = "email", defaultValue = "") String email, HttpServletRequest request) {
    try {
      reset.request(email);
    } catch (InvalidInput refused) {
      RateLimitFilter.refund(request);
      return page(
          new ForgotPasswordPage(RequestText.kept(email), false, FormProblem.of(refused)),
          HttpStatus.BAD_REQUEST);
    }
    return SeeOther.page("/forgot-password?sent");
  }

  @GetMapping("/reset-password")
  ModelAndView link(@RequestParam(name = "token", defaultValue = "") String token) {
    boolean usable = reset.isValid(token);
    return page(
        new ResetPasswordPage(token, usable, FormProblem.NONE),
        usable ? HttpStatus.OK : HttpStatus.NOT_FOUND);
  }

  @PostMapping("/reset-password")
  ModelAndView set(
      @RequestParam(name = "token", defaultValue = "") String token,
      @RequestParam(name = "password", defaultValue = "") String password) {
    try {
      attempts.giveBack(reset.complete(token, password));
    } catch (InvalidInput refused) {
      return page(
          new ResetPasswordPage(token, true, FormProblem.of(refused)), HttpStatus.BAD_REQUEST);
    } catch (LinkExpired expired) {
      return page(
          new ResetPasswordPage(token, false, FormProblem.of(expired)), HttpStatus.NOT_FOUND);
    }
    return SeeOther.page("/sign-in?changed");
  }

  private static ModelAndView page(ForgotPasswordPage page, HttpStatus status) {
    ModelAndView view = new ModelAndView("forgot-password", "page", page);
    view.setStatus(status);
    return view;
  }

  private static ModelAndView page(ResetPasswordPage page, HttpStatus status) {
    ModelAndView view = new ModelAndView("reset-password", "page", page);
    view.setStatus(status);
    return view;
  }
}
