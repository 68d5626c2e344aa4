package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** Who has signed in buys, for their own credits. */
@ResourceLock(Market.BUSY)
class PurchaseTest {

  private final Market market = Market.busy();

  @Test
  void a_purchase_moves_credits_and_takes_the_item_off_the_market() {
    Browser ada = Browser.member(market);
    JsonNode item = cheap(0);
    long seller = item.get("seller").get("id").asLong();
    int price = item.get("price").asInt();
    int sellersCredits = credits(seller);
    String page = "/items/" + item.get("id").asLong();
    assertThat(ada.get(page).body()).contains("Buy for " + price + " credit");

    HttpResponse<String> bought = buy(ada, page, price);

    assertThat(bought.headers().firstValue("Location")).hasValue(page);
    assertThat(ada.get(page).body()).contains("It is yours, for " + price, "has been traded");
    assertThat(ada.get(page).body()).doesNotContain("It is yours", "Buy for");
    assertThat(credits(ada.userId())).isEqualTo(200 - price);
    assertThat(credits(seller)).isEqualTo(sellersCredits + price);
    assertThat(cheap(0).get("id")).isNotEqualTo(item.get("id"));

    assertThat(buy(ada, page, price).statusCode()).isEqualTo(303);
    assertThat(ada.get(page).body()).contains("has been traded; only items on offer");
    assertThat(credits(ada.userId())).isEqualTo(200 - price);
  }

  @Test
  void who_has_not_signed_in_is_asked_to_and_comes_back() {
    String page = "/items/" + cheap(1).get("id").asLong();
    Browser visitor = new Browser(market);
    assertThat(visitor.get(page).body()).contains("Sign in to buy").doesNotContain("/buy\"");
    HttpResponse<String> sent = visitor.submit("/sign-in", page + "/buy", "price", "1");
    assertThat(sent.statusCode()).isEqualTo(303);
    assertThat(sent.headers().firstValue("Location"))
        .hasValue("/sign-in?next=" + page.replace("/", "%2F"));
    assertThat(market.json("/api" + page).get("available").asBoolean()).isTrue();
  }

  @Test
  void nobody_pays_more_than_they_were_shown() {
    Browser ada = Browser.member(market);
    JsonNode item = cheap(2);
    String page = "/items/" + item.get("id").asLong();
    String token = ada.tokenOf(page);
    market.put("/api" + page, "{\"price\": 150}");

    for (String price : new String[] {item.get("price").asString(), "", "-1", "x", "99999999999"}) {
      assertThat(ada.post(page + "/buy", token, "price", price).statusCode()).isEqualTo(303);
      assertThat(ada.get(page).body()).contains("role=\"alert\"", "Buy for 150 credits");
    }
    assertThat(credits(ada.userId())).isEqualTo(200);
  }

  @Test
  void who_has_too_few_credits_is_sent_to_the_wallet() {
    Browser ada = Browser.member(market);
    JsonNode dear = market.json("/api/items?sort=dearest").get("items").get(0);
    String page = "/items/" + dear.get("id").asLong();
    buy(ada, page, dear.get("price").asInt());
    assertThat(ada.get(page).body())
        .contains("there are 200 in the purse", "To your wallet", "/wallet\"");
    assertThat(credits(ada.userId())).isEqualTo(200);
  }

  @Test
  void what_is_not_there_cannot_be_bought() {
    Browser ada = Browser.member(market);
    assertThat(ada.submit("/leaderboard", "/items/99999999/buy", "price", "1").statusCode())
        .isEqualTo(404);
    assertThat(ada.submit("/leaderboard", "/items/abc/buy", "price", "1").statusCode())
        .isEqualTo(404);
  }

  private JsonNode cheap(int number) {
    return market.json("/api/items?maxPrice=100&sort=cheapest").get("items").get(number);
  }

  private int credits(long person) {
    return market.json("/api/users/" + person).get("credits").asInt();
  }

  private static HttpResponse<String> buy(Browser buyer, String page, int price) {
    return buyer.submit(page, page + "/buy", "price", Integer.toString(price));
  }
}
