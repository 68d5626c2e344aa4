package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.Filter;
import dev.forebay.marketplace.catalog.Item;
import dev.forebay.marketplace.catalog.ItemCard;
import dev.forebay.marketplace.catalog.NoSuchItem;
import dev.forebay.marketplace.catalog.Searches;
import dev.forebay.marketplace.people.People;
import dev.forebay.marketplace.people.Rating;
import dev.forebay.marketplace.storefront.Offer;
import dev.forebay.marketplace.storefront.Storefront;
import dev.forebay.marketplace.trading.Question;
import dev.forebay.marketplace.trading.Trading;
import dev.forebay.marketplace.web.RequestText;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.servlet.ModelAndView;

/** One item. */
@Controller
class ItemController {

  private static final int SHOWN = 6;

  private final Catalog catalog;
  private final Searches searches;
  private final Storefront storefront;
  private final People people;
  private final Trading trading;

  ItemController(
      Catalog catalog, Searches searches, Storefront storefront, People people, Trading trading) {
    this.catalog = catalog;
    this.searches = searches;
    this.storefront = storefront;
    this.people = people;
    this.trading = trading;
  }

  @GetMapping("/items/{id}")
  ModelAndView item(@PathVariable("id") String text) {
    long id =
        RequestText.id(text).orElseThrow(() -> new NoSuchItem("'" + RequestText.shown(text) + "'"));
    Item item = catalog.item(id);
    ItemCard card = item.card();
    List<Long> similar = catalog.similar(card);
    List<Long> ofSeller = catalog.ofSeller(card.sellerId()).stream()
        .filter(other -> other != id)
        .limit(SHOWN)
        .toList();
    List<Offer> offers = storefront.offers(
        Stream.of(List.of(id), similar, ofSeller).flatMap(List::stream).toList());
    Offer offer = offers.get(0);
    List<Question> questions = trading.questions(id);
    List<Rating> ratings = people.ratings(card.sellerId());
    Set<Long> voices = LongStream.concat(
            questions.stream().mapToLong(Question::authorId),
            ratings.stream().mapToLong(Rating::raterId))
        .boxed()
        .collect(Collectors.toSet());
    return new ModelAndView(
        "item",
        "page",
        new ItemPage(
            offer,
            item.description(),
            searches.priceFigures(Filter.EVERYTHING.inCategory(offer.kind().slug())),
            catalog.priceChanges(id),
            trading.totals(card.sellerId()),
            questions,
            ratings,
            among(offers, similar),
            among(offers, ofSeller),
            people.people(voices)));
  }

  private static List<Offer> among(List<Offer> offers, List<Long> ids) {
    return offers.stream().filter(offer -> ids.contains(offer.card().id())).toList();
  }
}
