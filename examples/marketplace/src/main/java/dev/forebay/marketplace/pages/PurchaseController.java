package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.accounts.SignedIn;
import dev.forebay.marketplace.catalog.InvalidInput;
import dev.forebay.marketplace.catalog.ItemTraded;
import dev.forebay.marketplace.catalog.NoSuchItem;
import dev.forebay.marketplace.people.NotEnoughCredits;
import dev.forebay.marketplace.trading.Trade;
import dev.forebay.marketplace.trading.TradeDesk;
import dev.forebay.marketplace.web.RequestText;
import dev.forebay.marketplace.web.VisitorSession;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Buys an item for who has signed in. */
@Controller
class PurchaseController {

  private final TradeDesk desk;
  private final VisitorSession visitors;
  private final Wording wording;

  PurchaseController(TradeDesk desk, VisitorSession visitors, Wording wording) {
    this.desk = desk;
    this.visitors = visitors;
    this.wording = wording;
  }

  /** @param price that the buyer was shown */
  @PostMapping("/items/{id}/buy")
  ModelAndView buy(
      @PathVariable("id") String text,
      @RequestParam(name = "price", defaultValue = "") String price,
      HttpServletRequest request,
      RedirectAttributes shownNext) {
    long id =
        RequestText.id(text).orElseThrow(() -> new NoSuchItem("'" + RequestText.shown(text) + "'"));
    String page = "/items/" + id;
    SignedIn buyer = visitors.require(request, page);
    try {
      Trade trade = desk.tradeAt(shownPrice(price), id, buyer.userId());
      shownNext.addFlashAttribute(
          "notice", "It is yours, for %s.".formatted(wording.credits(trade.price())));
    } catch (InvalidInput | ItemTraded refused) {
      shownNext.addFlashAttribute("problem", refused.getMessage());
    } catch (NotEnoughCredits poor) {
      shownNext.addFlashAttribute("problem", poor.getMessage());
      shownNext.addFlashAttribute("wallet", "/users/" + buyer.userId() + "/wallet");
    }
    return SeeOther.page(page);
  }

  private static int shownPrice(String text) {
    return RequestText.id(text)
        .filter(price -> price <= Integer.MAX_VALUE)
        .map(Long::intValue)
        .orElseThrow(() -> new InvalidInput(
            "price", "The form did not say which price you were shown. Send it from this page."));
  }
}
