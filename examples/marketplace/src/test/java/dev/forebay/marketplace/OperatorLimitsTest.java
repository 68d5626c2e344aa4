package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.limits.RateLimiter;
import dev.forebay.limits.RateLimits;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the operator of one instance changes of limits, all instances go by. */
@Tag("RL2")
@ResourceLock(Market.FIGURES)
class OperatorLimitsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LIMITER = "api-address";

  private final Market market = Market.limited();
  private final Market other = Market.limitedToo();

  @AfterEach
  void revert() {
    market.bean(RateLimits.class).revert(LIMITER);
    awaitPermits(100);
  }

  private static long permits(Market instance) {
    RateLimiter limiter = instance.bean(RateLimits.class).find(LIMITER).orElseThrow();
    return limiter.limit().permits();
  }

  private void awaitPermits(long permits) {
    await().atMost(PATIENCE).until(() -> permits(market) == permits && permits(other) == permits);
  }

  private static HttpResponse<String> change(Browser operator, String limiter, String permits) {
    return operator.submit("/operator", "/operator/limits", "limiter", limiter, "permits", permits);
  }

  @Test
  void
      a_limit_that_the_operator_changes_is_followed_by_the_other_instance_until_it_is_taken_back() {
    Browser operator = Browser.operator(market, "198.18.2.1");

    assertThat(change(operator, LIMITER, " 7 ").statusCode()).isEqualTo(303);

    assertThat(operator.get("/operator").body())
        .contains("API, by address: 7 in 1 minute from now on, in every instance.")
        .contains("<small>7 in 1 minute</small>", "id=\"revert-api-address\"")
        .containsOnlyOnce("Take back");
    awaitPermits(7);
    HttpResponse<String> answer = other.get("/api/items/1");
    for (int calls = 1; calls < 8; calls++) {
      assertThat(answer.headers().firstValue("RateLimit-Policy"))
          .hasValue("\"api-address\";q=7;w=60");
      answer = other.get("/api/items/1");
    }
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("RateLimit-Policy"))
        .hasValue("\"api-address\";q=7;w=60");

    operator.submit("/operator", "/operator/limits/revert", "limiter", LIMITER);

    assertThat(operator.get("/operator").body())
        .contains("API, by address: 100 in 1 minute from now on, in every instance.")
        .doesNotContain("Take back");
    awaitPermits(100);
    assertThat(other.get("/api/items/1").statusCode()).isEqualTo(200);

    change(operator, LIMITER, "8");
    change(operator, LIMITER, "100");
    assertThat(operator.get("/operator").body()).doesNotContain("Take back");
  }

  @Test
  void only_the_operator_changes_a_limit_and_no_other_site_makes_one_do_so() {
    Browser member = Browser.member(market, "198.18.2.2");
    Browser operator = Browser.operator(market, "198.18.2.3");
    String[] fields = {"limiter", LIMITER, "permits", "5"};
    for (String form : new String[] {"/operator/limits", "/operator/limits/revert"}) {
      assertThat(member.submit("/leaderboard", form, fields).statusCode()).isEqualTo(403);
      assertThat(new Browser(market).submit("/sign-in", form, fields).statusCode())
          .isEqualTo(403);
      assertThat(operator.post(form, "", fields).statusCode()).isEqualTo(403);
      assertThat(operator.post(form, member.tokenOf("/leaderboard"), fields).statusCode())
          .isEqualTo(403);
      assertThat(operator.get(form).statusCode()).isEqualTo(405);
    }
    assertThat(permits(market)).isEqualTo(100);
    assertThat(permits(other)).isEqualTo(100);
  }

  @Test
  void a_change_of_nothing_or_to_no_number_is_explained() {
    Browser operator = Browser.operator(market, "198.18.2.4");
    String[][] mistakes = {
      {"", "5"},
      {"<b>", "5"},
      {LIMITER, ""},
      {LIMITER, "0"},
      {LIMITER, "-5"},
      {LIMITER, "1e3"},
      {LIMITER, "1000000001"},
      {LIMITER, "99999999999999999999"},
      {LIMITER, "five"}
    };
    for (String[] mistake : mistakes) {
      change(operator, mistake[0], mistake[1]);
      assertThat(operator.get("/operator").body())
          .contains("Choose a limit, and write how many it allows")
          .doesNotContain("Take back");
    }
    change(operator, "registration", "1000000000");
    assertThat(operator.get("/operator").body())
        .contains("Nothing was changed. 1000000000 permits in PT1H cannot be counted exactly");
    operator.submit("/operator", "/operator/limits/revert", "limiter", "nobody");
    assertThat(operator.get("/operator").body()).contains("There is no such limit.");
  }
}
