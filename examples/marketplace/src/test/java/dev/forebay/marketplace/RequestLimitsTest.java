package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Each door of the market behind its limit. Each test comes from addresses of its own. */
@Tag("RL2")
@Tag("RL4")
@ResourceLock(Market.FIGURES)
class RequestLimitsTest {

  private final Market market = Market.limited();
  private final Market other = Market.limitedToo();

  @Test
  void the_sixth_attempt_to_sign_in_is_denied_by_every_instance_and_no_header_helps() {
    // Nobody in front of them: both instances see the address of the connection.
    Browser here = new Browser(market);
    Browser there = new Browser(other);
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(here.signIn("a" + attempt + "@example.org", "wrong").statusCode())
          .isEqualTo(400);
    }
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(there
              .from("198.51.100." + attempt)
              .signIn("b" + attempt + "@example.org", "wrong")
              .statusCode())
          .isEqualTo(400);
    }

    HttpResponse<String> denied = there.from("198.51.100.9").signIn("c@example.org", "wrong");
    HttpResponse<String> deniedToo = here.signIn("c@example.org", "wrong");

    for (HttpResponse<String> answer : List.of(denied, deniedToo)) {
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
      assertThat(answer.headers().firstValue("Content-Security-Policy")).isPresent();
      assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(1, 300);
      assertThat(answer.headers().firstValue("RateLimit").orElse("")).contains("\"login\";r=0;");
      assertThat(answer.body())
          .contains("One moment, please", "Too many attempts to sign in.", "Try again in", "minute")
          .contains("</html>");
    }
  }

  @Test
  void a_page_can_be_read_by_who_may_not_try_again() {
    Browser visitor = new Browser(market).from("203.0.113.1");
    for (int attempt = 0; attempt < 6; attempt++) {
      visitor.signIn("x@example.org", "wrong");
    }
    assertThat(visitor.signIn("x@example.org", "wrong").statusCode()).isEqualTo(429);
    assertThat(visitor.get("/sign-in").statusCode()).isEqualTo(200);
    assertThat(visitor.get("/").statusCode()).isEqualTo(200);
    assertThat(new Browser(market)
            .from("203.0.113.2")
            .signIn("y@example.org", "wrong")
            .statusCode())
        .isEqualTo(400);
  }

  @Test
  void guesses_from_many_addresses_count_for_the_account() {
    Browser guesser = new Browser(market);
    List<Integer> answers = new ArrayList<>();
    for (int guess = 0; guess < 21; guess++) {
      guesser.from("192.0.2." + guess);
      answers.add(guesser
          .signIn(guess % 2 == 0 ? "Victim@example.org" : " victim@EXAMPLE.org", "guess " + guess)
          .statusCode());
    }
    assertThat(answers.subList(0, 20)).containsOnly(400);
    assertThat(answers.get(20)).isEqualTo(429);
  }

  @Test
  void three_accounts_an_hour_are_opened_from_an_address_and_mistakes_are_free() {
    String address = "203.0.113.10";
    for (int mistakes = 0; mistakes < 5; mistakes++) {
      HttpResponse<String> mistaken =
          new Browser(market).from(address).join("Ada", "nonsense", Browser.PASSWORD);
      assertThat(mistaken.statusCode()).isEqualTo(400);
    }
    String email = Browser.member(market, address).email();
    Browser.member(market, address);
    assertThat(new Browser(market)
            .from(address)
            .join("Ada", email, Browser.PASSWORD)
            .statusCode())
        .as("to learn whether an address has an account is not free")
        .isEqualTo(409);

    HttpResponse<String> fourth =
        new Browser(market).from(address).join("Ada", Browser.newEmail(), Browser.PASSWORD);

    assertThat(fourth.statusCode()).isEqualTo(429);
    assertThat(fourth.body()).contains("Too many accounts were opened from here.");
    assertThat(Integer.parseInt(fourth.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(3_000, 3_600);
  }

  @Test
  void three_links_an_hour_are_sent_to_an_account_whoever_asks() {
    for (int i = 0; i < 3; i++) {
      assertThat(ask("203.0.113." + (20 + i), "reset@example.org").statusCode()).isEqualTo(303);
    }
    assertThat(ask("203.0.113.29", " Reset@Example.ORG ").statusCode()).isEqualTo(429);
    assertThat(ask("203.0.113.29", "somebody.else@example.org").statusCode()).isEqualTo(303);
  }

  @Test
  void forms_that_another_site_sends_use_up_nothing_of_a_visitors() {
    String address = "203.0.113.80";
    String email = Browser.member(market, address).email();
    Browser visitor = new Browser(market).from(address);
    for (int i = 0; i < 10; i++) {
      for (String form : List.of("/sign-in", "/forgot-password")) {
        HttpResponse<String> refused = visitor.post(form, "", "email", email, "password", "wrong");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("was not sent from our pages", "</html>");
        assertThat(visitor.postRaw(form, "email=%ZZ&%ZZ=%FF").statusCode()).isIn(400, 403);
      }
    }
    assertThat(visitor.signIn(email, Browser.PASSWORD).statusCode()).isEqualTo(303);
    assertThat(ask(address, email).statusCode()).isEqualTo(303);
    assertThat(market.bean(Postbox.class).takeLink(email)).isPresent();
  }

  @Test
  void five_purchases_a_minute_are_made_by_a_user_from_wherever() {
    Browser buyer = Browser.member(market, "203.0.113.40");
    Browser neighbour = Browser.member(market, "203.0.113.40");
    market
        .bean(JdbcClient.class)
        .sql("update users set credits = 5000 where id = :id")
        .param("id", buyer.userId())
        .update();
    List<JsonNode> items = new ArrayList<>();
    market.json("/api/items?sort=cheapest&minPrice=20").get("items").forEach(items::add);
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      JsonNode item = items.get(i);
      buyer.from("203.0.113." + (40 + i));
      String page = "/items/" + item.get("id").asLong();
      answers.add(buyer
          .submit(page, page + "/buy", "price", item.get("price").asString())
          .statusCode());
    }
    assertThat(answers).containsExactly(303, 303, 303, 303, 303, 429);
    assertThat(available(items.get(4))).isFalse();
    assertThat(available(items.get(5))).isTrue();
    String page = "/items/" + items.get(5).get("id").asLong();
    assertThat(neighbour.submit(page, page + "/buy", "price", "1").statusCode()).isEqualTo(303);
  }

  @Test
  void thirty_searches_a_minute_are_made_and_browsing_is_free() {
    Browser visitor = new Browser(market).from("203.0.113.60");
    for (int i = 0; i < 30; i++) {
      assertThat(visitor.get("/?q=oak").statusCode()).isEqualTo(200);
    }
    assertThat(visitor.get("/?%71=oak").statusCode()).isEqualTo(429);
    assertThat(visitor.get("/?q=oak").body()).contains("You search faster than we can find.");
    assertThat(visitor.get("/?page=2").statusCode()).isEqualTo(200);
    assertThat(visitor.get("/?q=&category=garden").statusCode()).isEqualTo(200);
  }

  @Test
  void a_hundred_calls_of_the_api_a_minute_are_answered_and_then_a_problem() {
    for (int i = 0; i < 100; i++) {
      assertThat(api("203.0.113.70", "/api/items/1").statusCode()).isEqualTo(200);
    }
    HttpResponse<String> denied = api("203.0.113.70", "/api/leaderboard");
    assertThat(denied.statusCode()).isEqualTo(429);
    assertThat(denied.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(denied.headers().firstValue("Retry-After")).isPresent();
    assertThat(denied.body()).contains("Too many calls of the API.", "\"api-address\"");
    assertThat(api("203.0.113.71", "/api/leaderboard").statusCode()).isEqualTo(200);
    assertThat(new Browser(market).from("203.0.113.70").get("/leaderboard").statusCode())
        .isEqualTo(200);
  }

  @Test
  void a_hundred_calls_of_the_api_a_minute_are_those_of_a_member_wherever_they_come_from() {
    Browser member = Browser.member(market, "203.0.113.72");
    Browser neighbour = Browser.member(market, "203.0.113.72");
    for (int i = 0; i < 100; i++) {
      assertThat(member.from("203.0.114." + i).get("/api/items/1").statusCode()).isEqualTo(200);
    }

    HttpResponse<String> denied = member.from("203.0.114.100").get("/api/items/1");

    assertThat(denied.statusCode()).isEqualTo(429);
    assertThat(denied.headers().firstValue("RateLimit").orElse("")).contains("\"api-user\";r=0;");
    assertThat(neighbour.from("203.0.114.1").get("/api/items/1").statusCode()).isEqualTo(200);
    assertThat(api("203.0.114.1", "/api/items/1").statusCode()).isEqualTo(200);
  }

  @Test
  void thirty_searches_a_minute_are_made_by_the_api_too() {
    for (int i = 0; i < 30; i++) {
      assertThat(api("203.0.113.61", "/api/items?q=oak").statusCode()).isEqualTo(200);
    }
    HttpResponse<String> denied = api("203.0.113.61", "/api/items?q=oak");
    assertThat(denied.statusCode()).isEqualTo(429);
    assertThat(denied.body()).contains("You search faster than we can find.", "\"search\"");
    assertThat(api("203.0.113.61", "/api/items").statusCode()).isEqualTo(200);
  }

  @Test
  void ten_passwords_a_minute_are_set_or_asked_for_from_an_address_whosever_they_are() {
    String address = "203.0.113.30";
    Browser visitor = new Browser(market).from(address);
    for (int i = 0; i < 5; i++) {
      assertThat(ask(address, "auth" + i + "@example.org").statusCode()).isEqualTo(303);
      assertThat(visitor.setPassword("token " + i, Browser.PASSWORD).statusCode())
          .isEqualTo(404);
    }

    for (HttpResponse<String> denied : List.of(
        ask(address, "auth5@example.org"), visitor.setPassword("token 5", Browser.PASSWORD))) {
      assertThat(denied.statusCode()).isEqualTo(429);
      assertThat(denied.headers().firstValue("RateLimit").orElse("")).contains("\"auth\";r=0;");
    }
    assertThat(ask("203.0.113.31", "auth5@example.org").statusCode()).isEqualTo(303);
  }

  private boolean available(JsonNode item) {
    return market.json("/api/items/" + item.get("id").asLong()).get("available").asBoolean();
  }

  private HttpResponse<String> ask(String address, String email) {
    return new Browser(market).from(address).askForLink(email);
  }

  private HttpResponse<String> api(String address, String path) {
    return market.send(market.request(path).header("X-Forwarded-For", address));
  }
}
