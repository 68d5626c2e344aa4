package dev.forebay.marketplace.pages;

import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/** The answer to a form that was carried out: a page that can be loaded again without doing it again. */
final class SeeOther {

  private static final String START = "/";

  private SeeOther() {}

  static ModelAndView page(String path) {
    RedirectView view = new RedirectView(path);
    view.setExpandUriTemplateVariables(false);
    view.setStatusCode(HttpStatus.SEE_OTHER);
    return new ModelAndView(view);
  }

  /** Returns where a request wants to go on if that is a page of ours, else the first page: never another site. */
  static String ours(String next) {
    boolean path = next.startsWith("/")
        && !next.startsWith("//")
        && next.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '\\');
    return path ? next : START;
  }
}
