package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.JsonNode;

/** A change or trade of an item outdates the lists that could show it at once, and no others. */
@ResourceLock(Market.BUSY)
@Tag("C15")
class ListsTest {

  private final Market market = Market.busy();

  @Test
  void a_new_price_outdates_lists_by_price_where_the_item_is_and_no_others() {
    JsonNode item = newest("garden", 5);
    String place = item.get("place").get("slug").asString();
    String kind = item.get("kind").get("slug").asString();
    String elsewhere = newest("garden", 6, place).get("place").get("slug").asString();
    List<String> showing = List.of(
        "/api/items?sort=cheapest",
        "/api/items?sort=cheapest&place=" + place,
        "/api/items?sort=cheapest&category=garden",
        "/api/items?sort=cheapest&category=" + kind,
        "/api/items?maxPrice=1&category=garden",
        "/api/items?minPrice=0&maxPrice=2&place=" + place + "&category=" + kind);
    List<String> others = List.of(
        "/api/items",
        "/api/items?category=garden",
        "/api/items?place=" + place,
        "/api/items?sort=cheapest&category=music",
        "/api/items?sort=cheapest&place=" + elsewhere,
        "/api/items?sort=dearest&category=garden&place=" + elsewhere);
    showing.forEach(market::get);
    others.forEach(market::get);

    market.put("/api/items/" + id(item), "{\"price\": 0}");

    assertThat(missesOf("listings", others)).isZero();
    assertThat(missesOf("listings", showing)).isEqualTo(showing.size());
    showing.forEach(list -> assertThat(idsOf(list)).as(list).contains(id(item)));
  }

  @Test
  void a_new_title_is_found_at_once_by_its_words_and_leaves_other_lists_alone() {
    JsonNode item = newest("music", 5);
    List<String> others =
        List.of("/api/items?category=music", "/api/items?q=zeppelin&category=garden");
    others.forEach(market::get);
    assertThat(idsOf("/api/items?q=zeppelin")).isEmpty();

    market.put("/api/items/" + id(item), "{\"title\": \"Model of a zeppelin\"}");

    assertThat(idsOf("/api/items?q=zeppelin")).containsExactly(id(item));
    assertThat(market.json("/api/items?q=zeppelin&category=music").get("total").asInt())
        .isEqualTo(1);
    assertThat(missesOf("listings", others)).isZero();
  }

  @Test
  void a_trade_takes_the_item_off_every_list_and_moves_credits_at_once() {
    JsonNode item = newest("children", 5);
    market.put("/api/items/" + id(item), "{\"price\": 3}");
    long seller = item.get("seller").get("id").asLong();
    long buyer = seller == 2 ? 3 : 2;
    String kind = item.get("kind").get("slug").asString();
    String place = item.get("place").get("slug").asString();
    List<String> showing = List.of(
        "/api/items",
        "/api/items?category=children",
        "/api/items?sort=dearest&category=" + kind,
        "/api/items?place=" + place,
        "/api/items?category=" + kind + "&place=" + place);
    List<Integer> totals = new ArrayList<>();
    showing.forEach(list -> totals.add(market.json(list).get("total").asInt()));
    market.get("/api/items?category=music");
    JsonNode sellerBefore = market.json("/api/users/" + seller);
    JsonNode buyerBefore = market.json("/api/users/" + buyer);

    HttpResponse<String> trade =
        market.post("/api/items/" + id(item) + "/trade", "{\"buyer\": " + buyer + "}");

    assertThat(trade.statusCode()).isEqualTo(201);
    for (int i = 0; i < showing.size(); i++) {
      assertThat(idsOf(showing.get(i))).as(showing.get(i)).doesNotContain(id(item));
      assertThat(market.json(showing.get(i)).get("total").asInt()).isEqualTo(totals.get(i) - 1);
    }
    assertThat(missesOf("listings", List.of("/api/items?category=music"))).isZero();
    JsonNode sellerNow = market.json("/api/users/" + seller);
    assertThat(sellerNow.get("itemsOnOffer").asInt())
        .isEqualTo(sellerBefore.get("itemsOnOffer").asInt() - 1);
    assertThat(sellerNow.get("credits").asInt())
        .isEqualTo(sellerBefore.get("credits").asInt() + 3);
    assertThat(sellerNow.get("trades").get("sold").asInt())
        .isEqualTo(sellerBefore.get("trades").get("sold").asInt() + 1);
    assertThat(market.json("/api/users/" + buyer).get("credits").asInt())
        .isEqualTo(buyerBefore.get("credits").asInt() - 3);
    assertThat(market.get("/items/" + id(item)).body()).contains("This item has been traded.");
    assertThat(market.get("/users/" + buyer).body())
        .contains(HtmlUtils.htmlEscape(item.get("title").asString(), "UTF-8"), "bought from");
  }

  @Test
  void a_trade_that_cannot_be_made_changes_nothing() {
    JsonNode item = newest("books-media", 5);
    String trade = "/api/items/" + id(item) + "/trade";
    long seller = item.get("seller").get("id").asLong();
    long buyer = seller == 2 ? 3 : 2;
    market.put("/api/items/" + id(item), "{\"price\": 1000000}");
    String before = market.get("/api/items/" + id(item)).body();

    assertThat(market.post(trade, "{\"buyer\": " + buyer + "}").statusCode()).isEqualTo(409);
    assertThat(market.post(trade, "{\"buyer\": " + buyer + "}").body()).contains("in the purse");
    assertThat(market.post(trade, "{\"buyer\": " + seller + "}").statusCode()).isEqualTo(400);
    assertThat(market.post(trade, "{\"buyer\": 99999999}").statusCode()).isEqualTo(404);
    assertThat(market.post(trade, "{\"buyer\": \"2\"}").statusCode()).isEqualTo(400);
    assertThat(market.post(trade, "{\"buyer\": 2, \"price\": 1}").statusCode()).isEqualTo(400);
    assertThat(market.post("/api/items/99999999/trade", "{\"buyer\": 2}").statusCode())
        .isEqualTo(404);
    assertThat(market.get(trade).headers().firstValue("Allow")).hasValue("POST");

    assertThat(market.get("/api/items/" + id(item)).body()).isEqualTo(before);
  }

  /** Returns how many of the lists were not found in Redis. */
  private long missesOf(String cache, List<String> lists) {
    long before = market.cache(cache).misses();
    lists.forEach(market::get);
    return market.cache(cache).misses() - before;
  }

  /** Returns an item that is not on the first page. */
  private JsonNode newest(String category, int page) {
    return market
        .json("/api/items?category=" + category + "&page=" + page)
        .get("items")
        .get(0);
  }

  /** Returns an item that is not on the first page and not in a place. */
  private JsonNode newest(String category, int page, String place) {
    for (JsonNode item :
        market.json("/api/items?category=" + category + "&page=" + page).get("items")) {
      if (!item.get("place").get("slug").asString().equals(place)) {
        return item;
      }
    }
    throw new AssertionError("All of a page are in " + place);
  }

  private List<Long> idsOf(String list) {
    List<Long> ids = new ArrayList<>();
    market.json(list).get("items").forEach(item -> ids.add(id(item)));
    return ids;
  }

  private static long id(JsonNode item) {
    return item.get("id").asLong();
  }
}
