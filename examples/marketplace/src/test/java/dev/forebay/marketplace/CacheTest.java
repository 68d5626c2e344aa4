package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.marketplace.Market.Cost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cache spares, and what happens without it; on a Redis that these tests empty, kill and restart. */
class CacheTest {

  private static final EmbeddedRedis redis = EmbeddedRedis.start();
  private static final Market market = Market.start("REDIS_URL=" + redis.uri());

  @AfterAll
  static void stop() {
    market.close();
    redis.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/?page=2&sort=cheapest",
        "/?category=furniture&q=oak",
        "/items/1500",
        "/users/3",
        "/leaderboard"
      })
  @Tag("C15")
  void a_page_needs_ten_to_fifteen_queries_cold_and_none_warm(String path) {
    redis.execute("FLUSHALL");
    Cost cold = market.cost(path);
    Cost warm = market.cost(path);
    assertThat(cold.queries()).isBetween(10, 15);
    assertThat(warm.queries()).isZero();
    assertThat(warm.hits()).isGreaterThanOrEqualTo(10);
  }

  @Test
  @Tag("C2")
  @Tag("F4")
  @Tag("F7")
  void no_request_fails_when_redis_dies_under_load_and_hits_come_back_with_it() throws Exception {
    String[] paths = {
      "/",
      "/?q=bike",
      "/items/%d",
      "/users/%d",
      "/leaderboard",
      "/api/items?page=%d",
      "/api/items/%d",
      "/api/leaderboard"
    };
    AtomicInteger done = new AtomicInteger();
    List<Callable<Integer>> requests = new ArrayList<>();
    for (int i = 1; i <= 400; i++) {
      String path = paths[i % paths.length].formatted(i % 60 + 1);
      int item = 100 + i;
      boolean write = i % 20 == 0;
      requests.add(() -> {
        int status = write
            ? market.put("/api/items/" + item, "{\"price\": " + item + "}").statusCode()
            : market.get(path).statusCode();
        done.incrementAndGet();
        return status;
      });
    }
    ExecutorService visitors = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> answers = requests.stream().map(visitors::submit).toList();
      await().atMost(Duration.ofSeconds(60)).until(() -> done.get() >= 100);
      redis.kill();
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isIn(200, 409); // 409: the item to change was traded
      }
    } finally {
      visitors.shutdown();
    }

    assertThat(market.get("/health").statusCode()).isEqualTo(200);
    assertThat(market.json("/health").get("status").asString()).isEqualTo("degraded");
    assertThat(market.get("/health/cache").statusCode()).isEqualTo(200);
    assertThat(market.json("/health/cache").get("fallback").asBoolean()).isTrue();
    assertThat(market.get("/").body()).contains("Fallback: database only");
    assertThat(market.cost("/").hits()).isZero();

    redis.restart();

    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
      Cost warm = market.cost("/");
      assertThat(warm.queries()).isZero();
      assertThat(warm.hits()).isGreaterThanOrEqualTo(10);
    });
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> market.json("/health").get("status").asString().equals("healthy"));
    assertThat(market.get("/").body()).doesNotContain("Fallback");
  }

  @Test
  @Tag("C5")
  void a_change_during_an_outage_is_seen_after_it() {
    long id =
        market.json("/api/items?category=sport").get("items").get(0).get("id").asLong();
    market.get("/items/" + id);
    redis.pause();
    try {
      assertThat(market.put("/api/items/" + id, "{\"price\": 424242}").statusCode())
          .isEqualTo(200);
      assertThat(market.json("/api/items/" + id).get("price").asInt()).isEqualTo(424_242);
    } finally {
      redis.resume();
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> market.json("/health/cache").get("status").asString().equals("healthy"));
    assertThat(market.json("/api/items/" + id).get("price").asInt()).isEqualTo(424_242);
    assertThat(market.get("/items/" + id).body()).contains("424,242");
  }
}
