package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ApiTest {

  private final Market market = Market.shared();

  @Test
  void a_page_of_items_tells_where_it_stands() {
    JsonNode page = market.json("/api/items?page=3&sort=cheapest");
    assertThat(page.get("items")).hasSize(24);
    assertThat(page.get("page").asInt()).isEqualTo(3);
    assertThat(page.get("pageSize").asInt()).isEqualTo(24);
    assertThat(page.get("total").asInt()).isEqualTo(Market.ITEMS);
    assertThat(page.get("pages").asInt()).isEqualTo((Market.ITEMS + 23) / 24);
    assertThat(page.get("sort").asString()).isEqualTo("cheapest");
  }

  @Test
  void a_page_beyond_the_last_is_empty() {
    JsonNode page = market.json("/api/items?page=10000");
    assertThat(page.get("items")).isEmpty();
    assertThat(page.get("total").asInt()).isEqualTo(Market.ITEMS);
  }

  @Test
  @Tag("C5")
  void a_change_is_seen_by_the_next_read_everywhere_lists_included() {
    JsonNode newest = market.json("/api/items?category=garden").get("items").get(0);
    String item = "/api/items/" + newest.get("id").asLong();
    market.get("/items/" + newest.get("id").asLong());
    market.get("/?category=garden");

    HttpResponse<String> answer =
        market.put(item, "{\"price\": 987654, \"title\": \"Changed, as you see\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode now = market.json(item);
    assertThat(now.get("price").asInt()).isEqualTo(987_654);
    assertThat(now.get("title").asString()).isEqualTo("Changed, as you see");
    JsonNode changes = now.get("priceChanges");
    assertThat(changes.get(changes.size() - 1).get("newPrice").asInt()).isEqualTo(987_654);
    assertThat(market
            .json("/api/items?category=garden")
            .get("items")
            .get(0)
            .get("price")
            .asInt())
        .isEqualTo(987_654);
    assertThat(market.get("/items/" + newest.get("id").asLong()).body())
        .contains("987,654", "Changed, as you see");
    assertThat(market.get("/?category=garden").body()).contains("987,654", "Changed, as you see");
  }

  @Test
  void a_change_of_one_property_leaves_the_other() {
    JsonNode item = market.json("/api/items?category=music").get("items").get(3);
    String path = "/api/items/" + item.get("id").asLong();
    market.put(path, "{\"price\": 1234}");
    assertThat(market.json(path).get("title")).isEqualTo(item.get("title"));
    market.put(path, "{\"title\": \"Emoji are words too 🚲\"}");
    assertThat(market.json(path).get("price").asInt()).isEqualTo(1234);
    assertThat(market.json(path).get("title").asString()).isEqualTo("Emoji are words too 🚲");
  }

  @Test
  void a_traded_item_cannot_be_changed() {
    long traded = 0;
    for (long id = 1; id < 60 && traded == 0; id++) {
      traded = market.json("/api/items/" + id).get("available").asBoolean() ? 0 : id;
    }
    HttpResponse<String> answer = market.put("/api/items/" + traded, "{\"price\": 1}");
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("has been traded");
  }

  @Test
  @Tag("C15")
  void the_leaderboard_names_ten_in_falling_order() {
    JsonNode board = market.json("/api/leaderboard");
    for (String name : new String[] {"mostTrades", "mostCredits", "topEarners"}) {
      JsonNode rows = board.get(name);
      assertThat(rows).hasSize(10);
      for (int i = 1; i < rows.size(); i++) {
        assertThat(rows.get(i).get("score").asDouble())
            .isLessThanOrEqualTo(rows.get(i - 1).get("score").asDouble());
      }
    }
  }

  @Test
  void a_person_has_a_profile() {
    JsonNode person = market.json("/api/users/1");
    assertThat(person.get("username").asString()).isNotBlank();
    assertThat(person.get("itemsOnOffer").asInt()).isPositive();
  }

  @Test
  @Tag("F7")
  void health_is_healthy_while_everything_runs() {
    assertThat(market.get("/health").statusCode()).isEqualTo(200);
    assertThat(market.json("/health").get("status").asString()).isEqualTo("healthy");
    JsonNode cache = market.json("/health/cache");
    assertThat(cache.get("status").asString()).isEqualTo("healthy");
    assertThat(cache.get("connection").asString()).isEqualTo("connected");
    assertThat(cache.get("fallback").asBoolean()).isFalse();
    assertThat(cache.get("server").get("usedMemoryBytes").asLong()).isPositive();
    assertThat(cache.get("server").get("peakMemoryBytes").asLong()).isPositive();
    assertThat(cache.get("server").get("uptimeSeconds").asLong()).isNotNegative();
    assertThat(market.json("/health").get("limits").asString()).isEqualTo("healthy");
    assertThat(market.json("/health/limits").get("connection").asString()).isEqualTo("connected");
  }

  @Test
  void each_answer_tells_what_it_cost() {
    assertThat(market.get("/api/items/1").headers().firstValue("Server-Timing").orElse(""))
        .matches("total;dur=[0-9.]+, queries;desc=\"\\d+\", cache-hits;desc=\"\\d+\"");
  }
}
