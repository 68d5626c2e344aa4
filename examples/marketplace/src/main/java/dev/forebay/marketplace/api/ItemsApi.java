package dev.forebay.marketplace.api;

import dev.forebay.marketplace.api.ItemJson.Named;
import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.Item;
import dev.forebay.marketplace.catalog.ItemEditor;
import dev.forebay.marketplace.catalog.Listing;
import dev.forebay.marketplace.catalog.PriceChange;
import dev.forebay.marketplace.catalog.Searches;
import dev.forebay.marketplace.storefront.Offer;
import dev.forebay.marketplace.storefront.Storefront;
import dev.forebay.marketplace.web.RequestText;
import dev.forebay.marketplace.web.Search;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Finds, reads and changes items. */
@RestController
@RequestMapping("/api/items")
class ItemsApi {

  private final Catalog catalog;
  private final Searches searches;
  private final Storefront storefront;
  private final ItemEditor editor;
  private final ApiChanges changes;

  ItemsApi(
      Catalog catalog,
      Searches searches,
      Storefront storefront,
      ItemEditor editor,
      ApiChanges changes) {
    this.catalog = catalog;
    this.searches = searches;
    this.storefront = storefront;
    this.editor = editor;
    this.changes = changes;
  }

  /** One page of a search. {@code pages} is 0 where nothing was found. */
  record Page(List<ItemJson> items, int page, int pageSize, long pages, long total, String sort) {}

  /** An item in full. */
  record Detail(
      long id,
      String title,
      String description,
      int price,
      String condition,
      boolean available,
      Named category,
      Named kind,
      Named place,
      ItemJson.Seller seller,
      String listedAt,
      List<PriceChange> priceChanges) {}

  @GetMapping
  Page find(@RequestParam Map<String, String> parameters) {
    Search search = Search.read(parameters, catalog.categories(), catalog.places());
    long total = searches.count(search.filter());
    long pages = (total + Listing.PAGE_SIZE - 1) / Listing.PAGE_SIZE;
    List<Offer> offers =
        search.page() > pages ? List.of() : storefront.offers(searches.ids(search.listing()));
    return new Page(
        offers.stream().map(ItemJson::of).toList(),
        search.page(),
        Listing.PAGE_SIZE,
        pages,
        total,
        search.sort().slug());
  }

  @GetMapping("/{id}")
  Detail read(@PathVariable("id") String text) {
    return detail(id(text));
  }

  /** Changes price, title or both, and returns the item as it now is. */
  @PutMapping(path = "/{id}", consumes = "application/json")
  Detail change(@PathVariable("id") String text, @RequestBody JsonNode body) {
    changes.require();
    long id = id(text);
    editor.change(id, ItemChangeJson.read(body));
    return detail(id);
  }

  private Detail detail(long id) {
    Item item = catalog.item(id);
    ItemJson json = ItemJson.of(storefront.offers(List.of(id)).get(0));
    return new Detail(
        id,
        item.card().title(),
        item.description(),
        item.card().price(),
        json.condition(),
        item.card().available(),
        json.category(),
        json.kind(),
        json.place(),
        json.seller(),
        json.listedAt(),
        catalog.priceChanges(id));
  }

  private static long id(String text) {
    return RequestText.requireId(text);
  }
}
