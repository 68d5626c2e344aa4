package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedRedis;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When Redis has died the market goes on, but for what must never be tried without counting. */
@Tag("RL5")
class LimitsWithoutRedisTest {

  @Test
  void without_redis_nobody_signs_in_and_the_rest_of_the_market_goes_on() {
    try (EmbeddedRedis redis = EmbeddedRedis.start();
        Market market = Market.startLimited("REDIS_URL=" + redis.uri())) {
      Browser operator = Browser.operator(market, "");
      redis.kill();
      Browser visitor = new Browser(market);

      HttpResponse<String> refused = visitor.signIn("x@example.org", "wrong");

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body()).contains("Back in a minute", "Try again in", "</html>");
      for (String page : new String[] {
        "/", "/?q=oak", "/items/1", "/leaderboard", "/sign-in", "/api/items", "/api/items?q=oak"
      }) {
        assertThat(visitor.get(page).statusCode()).as(page).isEqualTo(200);
      }
      assertThat(visitor
              .submit("/sign-in", "/forgot-password", "email", "x@example.org")
              .statusCode())
          .isEqualTo(503);
      assertThat(operator.submit("/leaderboard", "/items/1/buy", "price", "1").statusCode())
          .isEqualTo(503);

      assertThat(operator.get("/operator").body())
          .contains("These are the figures of this instance alone");
      operator.submit("/operator", "/operator/block", "subject", "1.1.1.1", "minutes", "60");
      assertThat(operator.get("/operator").body()).contains("Nothing was changed");
      operator.submit("/operator", "/operator/limits", "limiter", "search", "permits", "7");
      assertThat(operator.get("/operator").body())
          .contains("Nothing was changed", "<small>30 in 1 minute</small>");
    }
  }

  @Test
  void without_redis_each_instance_counts_newcomers_and_searches_by_itself() {
    try (EmbeddedRedis redis = EmbeddedRedis.start();
        Market market = Market.startLimited("REDIS_URL=" + redis.uri())) {
      redis.kill();
      for (int i = 0; i < 3; i++) {
        assertThat(Browser.member(market).userId()).isPositive();
      }
      assertThat(new Browser(market)
              .join("Ada", Browser.newEmail(), Browser.PASSWORD)
              .statusCode())
          .isEqualTo(429);
    }
  }

  @Test
  void with_redis_switched_off_people_sign_in_and_are_limited_by_the_instance() {
    try (Market market = Market.startLimited("FOREBAY_ENABLED=false")) {
      Browser visitor = new Browser(market);
      List<Integer> answers = new ArrayList<>();
      for (int attempt = 0; attempt < 6; attempt++) {
        answers.add(visitor.signIn("x@example.org", "wrong").statusCode());
      }
      assertThat(answers).containsExactly(400, 400, 400, 400, 400, 429);
    }
  }
}
