package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.accounts.Tokens;
import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.payments.Wallets;
import dev.forebay.marketplace.people.NoSuchPerson;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.web.NotPermitted;
import dev.forebay.marketplace.web.RequestText;
import dev.forebay.marketplace.web.VisitorSession;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** A purse, and the card that fills it: for whose it is. */
@Controller
@RequestMapping("/users/{id}/wallet")
class WalletController {

  private final People people;
  private final Wallets wallets;
  private final VisitorSession visitors;
  private final Wording wording;

  WalletController(People people, Wallets wallets, VisitorSession visitors, Wording wording) {
    this.people = people;
    this.wallets = wallets;
    this.visitors = visitors;
    this.wording = wording;
  }

  @GetMapping
  ModelAndView wallet(@PathVariable("id") String text, HttpServletRequest request) {
    return page(owner(text, request), null);
  }

  @PostMapping("/card")
  ModelAndView saveCard(
      @PathVariable("id") String text,
      @RequestParam(name = "number", defaultValue = "") String number,
      @RequestParam(name = "expires", defaultValue = "") String expires,
      HttpServletRequest request) {
    long id = owner(text, request);
    return changed(id, () -> wallets.save(id, number, expires));
  }

  @PostMapping("/forget-card")
  ModelAndView forgetCard(@PathVariable("id") String text, HttpServletRequest request) {
    long id = owner(text, request);
    return changed(id, () -> wallets.forget(id));
  }

  /**
   * Each notice has an address of its own: of a double click, browsers show the second answer only, and the notice of
   * the first must not turn up on a page that is loaded later.
   *
   * @param form tells one that comes twice, by a double click say, from another one
   */
  @PostMapping("/credits")
  ModelAndView addCredits(
      @PathVariable("id") String text,
      @RequestParam(name = "credits", defaultValue = "") String credits,
      @RequestParam(name = "form", defaultValue = "") String form,
      HttpServletRequest request,
      RedirectAttributes shownNext) {
    long id = owner(text, request);
    long amount = RequestText.id(credits).orElse(0L);
    boolean added;
    try {
      added = wallets.addCredits(id, amount, form);
    } catch (InvalidInput refused) {
      return page(id, refused);
    }
    shownNext.addFlashAttribute(
        "notice",
        (added
                ? "%s added."
                : "%s added once, though the form came twice. To add more, choose again.")
            .formatted(wording.credits((int) amount)));
    return SeeOther.page(address(id) + (added ? "?added=" : "?known=") + amount);
  }

  /** Shows the wallet by an address that can be loaded again without another change, or the form with its problem. */
  private ModelAndView changed(long id, Runnable change) {
    try {
      change.run();
    } catch (InvalidInput refused) {
      return page(id, refused);
    }
    return SeeOther.page(address(id));
  }

  private ModelAndView page(long id, @Nullable InvalidInput refused) {
    WalletPage page = new WalletPage(
        people.person(id),
        wallets.cardOf(id).orElse(null),
        Wallets.AMOUNTS,
        Tokens.next(),
        refused);
    ModelAndView view = new ModelAndView("wallet", "page", page);
    view.setStatus(refused == null ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    return view;
  }

  /** Returns whose wallet it is, if they ask for it themselves. */
  private long owner(String text, HttpServletRequest request) {
    long id = RequestText.id(text)
        .orElseThrow(() -> new NoSuchPerson("'" + RequestText.shown(text) + "'"));
    if (visitors.require(request, address(id)).userId() != id) {
      throw new NotPermitted("This wallet is somebody else's. Yours is in the menu at the top.");
    }
    return id;
  }

  private static String address(long id) {
    return "/users/" + id + "/wallet";
  }
}
