package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.payments.Wallets;
import dev.forebay.marketplace.people.NoSuchPerson;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.web.RequestText;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/** A purse, and the card that fills it. Nobody signs in to this market yet: whoever visits acts for whoever it is. */
@Controller
@RequestMapping("/users/{id}/wallet")
class WalletController {

  private final People people;
  private final Wallets wallets;

  WalletController(People people, Wallets wallets) {
    this.people = people;
    this.wallets = wallets;
  }

  @GetMapping
  ModelAndView wallet(@PathVariable("id") String text) {
    return page(id(text), null);
  }

  @PostMapping("/card")
  ModelAndView saveCard(
      @PathVariable("id") String text,
      @RequestParam(name = "number", defaultValue = "") String number,
      @RequestParam(name = "expires", defaultValue = "") String expires) {
    long id = id(text);
    return changed(id, () -> wallets.save(id, number, expires));
  }

  @PostMapping("/forget-card")
  ModelAndView forgetCard(@PathVariable("id") String text) {
    long id = id(text);
    return changed(id, () -> wallets.forget(id));
  }

  @PostMapping("/credits")
  ModelAndView addCredits(
      @PathVariable("id") String text,
      @RequestParam(name = "credits", defaultValue = "") String credits) {
    long id = id(text);
    return changed(id, () -> wallets.addCredits(id, RequestText.id(credits).orElse(0L)));
  }

  /** Shows the wallet by an address that can be loaded again without another change, or the form with its problem. */
  private ModelAndView changed(long id, Runnable change) {
    try {
      change.run();
    } catch (InvalidInput refused) {
      return page(id, refused);
    }
    RedirectView wallet = new RedirectView("/users/" + id + "/wallet");
    wallet.setStatusCode(HttpStatus.SEE_OTHER);
    return new ModelAndView(wallet);
  }

  private ModelAndView page(long id, @Nullable InvalidInput refused) {
    WalletPage page = new WalletPage(
        people.person(id), wallets.cardOf(id).orElse(null), Wallets.AMOUNTS, refused);
    ModelAndView view = new ModelAndView("wallet", "page", page);
    view.setStatus(refused == null ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    return view;
  }

  private static long id(String text) {
    return RequestText.id(text)
        .orElseThrow(() -> new NoSuchPerson("'" + RequestText.shown(text) + "'"));
  }
}
