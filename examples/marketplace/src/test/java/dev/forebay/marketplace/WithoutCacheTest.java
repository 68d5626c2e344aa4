package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.marketplace.Market.Cost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same application with {@code FOREBAY_ENABLED=false}. */
class WithoutCacheTest {

  private static final Market market = Market.start("FOREBAY_ENABLED=false");

  @AfterAll
  static void stop() {
    market.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/items/1500", "/users/3", "/leaderboard"})
  void each_page_reads_everything_from_the_database_each_time(String path) {
    market.get(path);
    Cost again = market.cost(path);
    assertThat(again.queries()).isGreaterThanOrEqualTo(10);
    assertThat(again.hits()).isZero();
    assertThat(market.get(path).body()).contains("Cache off");
  }

  @Test
  void the_api_and_health_answer_as_ever() {
    assertThat(market.json("/api/items").get("items")).hasSize(24);
    assertThat(market.json("/api/leaderboard").get("mostTrades")).hasSize(10);
    assertThat(market.json("/health").get("status").asString()).isEqualTo("healthy");
    assertThat(market.json("/health/cache").get("connection").asString()).isEqualTo("disabled");
  }

  @Test
  void a_change_is_seen_at_once() {
    long id = market.json("/api/items").get("items").get(0).get("id").asLong();
    market.put("/api/items/" + id, "{\"price\": 31337}");
    assertThat(market.get("/").body()).contains("31,337");
  }

  @Test
  void the_seed_is_the_same_in_every_database() {
    Market other = Market.shared();
    for (int id : new int[] {1, 2, 60, 500, 2300}) {
      var here = market.json("/api/items/" + id);
      var there = other.json("/api/items/" + id);
      assertThat(here.get("description")).isEqualTo(there.get("description"));
      assertThat(here.get("seller").get("username"))
          .isEqualTo(there.get("seller").get("username"));
    }
  }
}
