package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {

  private static final String HUGE = "1000000000000000000000000000000";

  private final Market market = Market.shared();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "page=-1",
        "page=0",
        "page=abc",
        "page=1000000000",
        "page=" + HUGE,
        "page=1.5",
        "page=%2B",
        "minPrice=x",
        "minPrice=-1",
        "maxPrice=" + HUGE,
        "minPrice=10&maxPrice=9",
        "sort=best",
        "category=nothing",
        "category=%27%3B--",
        "place=moon",
        "condition=perfect",
        "q=%00",
        "q=a%01b",
        "q=%1B",
        "q=%ED%A0%80"
      })
  void a_bad_parameter_is_refused_with_a_reason_on_pages_and_in_the_api(String parameters) {
    HttpResponse<String> page = market.get("/?" + parameters);
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).contains("We could not read that", "market.css");
    assertProblem(market.get("/api/items?" + parameters), 400);
  }

  @Test
  void a_search_of_ten_thousand_characters_is_refused_and_one_of_a_hundred_is_not() {
    assertProblem(market.get("/api/items?q=" + "a".repeat(10_000)), 400);
    assertProblem(market.get("/api/items?q=" + "%F0%9F%9A%B2".repeat(10_000)), 400);
    assertThat(market.get("/?q=" + "a".repeat(10_000)).body())
        .contains("has 10000 characters, more than 100");
    assertThat(market.get("/?q=" + "a".repeat(100)).statusCode()).isEqualTo(200);
    assertThat(market.get("/?q=" + "%F0%9F%9A%B2".repeat(100)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%22",
        "%27",
        "%5C",
        "%25",
        "!",
        "%26",
        "%7C",
        "(",
        ":*",
        "-",
        "%3C-%3E",
        "a%20OR%20",
        "%22a%20-b",
        "%09x%0A"
      })
  void a_search_may_hold_any_sign(String words) {
    assertThat(market.get("/?q=" + words).statusCode()).isEqualTo(200);
    assertThat(market.get("/api/items?q=" + words).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/items/0",
        "/api/items/99999999",
        "/api/users/0",
        "/api/users/99999999",
        "/api/nothing",
        "/api/",
        "/api",
        "/health/nothing"
      })
  void what_is_not_there_is_a_problem_in_the_api(String path) {
    assertProblem(market.get(path), 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-1", "1.5", "%F0%9F%9A%B2", "%20", HUGE})
  void what_can_be_no_id_is_refused_in_the_api(String id) {
    assertProblem(market.get("/api/items/" + id), 400);
    assertProblem(market.get("/api/users/" + id), 400);
    assertThat(market.get("/api/items/" + id).body()).contains("is no id", "\"field\":\"id\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"price\": \"12\"}",
        "{\"price\": -1}",
        "{\"price\": 1000001}",
        "{\"price\": " + HUGE + "}",
        "{\"price\": null}",
        "{\"price\": 1.5}",
        "{\"price\": 1e400}",
        "{\"price\": true}",
        "{\"price\": []}",
        "{\"title\": null}",
        "{\"title\": 5}",
        "{\"title\": \"\"}",
        "{\"title\": \"ab\"}",
        "{\"title\": \"a\\u0000bc\"}",
        "{\"title\": \"a\\u001bbc\"}",
        "{\"title\": \"abc\\ud800\"}",
        "{\"title\": \"\\udc00abc\"}",
        "{\"titel\": \"abc\"}",
        "{\"id\": 3, \"price\": 3}",
        "{}",
        "[]",
        "5",
        "null",
        "\"x\"",
        "{",
        "",
        "{\"price\": 1,}",
        "not json"
      })
  void a_bad_change_is_refused_and_changes_nothing(String body) {
    String before = market.get("/api/items/9").body();
    assertProblem(market.put("/api/items/9", body), 400);
    assertThat(market.get("/api/items/9").body()).isEqualTo(before);
  }

  @Test
  void a_title_too_long_is_refused_and_one_of_120_characters_is_not() {
    assertProblem(market.put("/api/items/11", "{\"title\": \"" + "x".repeat(121) + "\"}"), 400);
    assertProblem(market.put("/api/items/11", "{\"title\": \"" + "x".repeat(100_000) + "\"}"), 400);
    long free = market.json("/api/items").get("items").get(5).get("id").asLong();
    assertThat(market
            .put("/api/items/" + free, "{\"title\": \"" + "🚲".repeat(120) + "\"}")
            .statusCode())
        .isEqualTo(200);
  }

  @Test
  void a_change_of_nothing_known_is_a_problem() {
    assertProblem(market.put("/api/items/999999", "{\"price\": 1}"), 404);
    assertProblem(market.put("/api/items/abc", "{\"price\": 1}"), 400);
  }

  @Test
  void a_body_of_another_type_is_refused() {
    assertProblem(
        market.send(market
            .request("/api/items/9")
            .header("Content-Type", "text/plain")
            .PUT(BodyPublishers.ofString("{\"price\": 1}"))),
        415);
    assertProblem(
        market.send(market.request("/api/items/9").PUT(BodyPublishers.ofString("{\"price\": 1}"))),
        415);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE,/api/items/9,'GET, PUT'",
    "POST,/api/items,GET",
    "PUT,/api/leaderboard,GET",
    "POST,/health,GET"
  })
  void a_wrong_method_is_refused_and_told_the_right_one(
      String method, String path, String allowed) {
    HttpResponse<String> answer =
        market.send(market.request(path).method(method, BodyPublishers.ofString("{}")));
    assertProblem(answer, 405);
    assertThat(answer.headers().firstValue("Allow")).hasValue(allowed);
  }

  @Test
  void a_broken_escape_is_refused_with_a_reason() {
    assertThat(market.getUnparsed("/?q=%ZZ")).startsWith("HTTP/1.1 400").contains("market.css");
    assertThat(market.getUnparsed("/api/items?q=%ZZ"))
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json");
  }

  @Test
  void a_wrong_method_on_a_page_is_a_page() {
    HttpResponse<String> answer = new Browser(market).submit("/sign-in", "/leaderboard");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.body()).contains("Not that way");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/items/%00", "/items/..%2f..%2fetc", "/items/%zz", "/a<b", "/api/items/%00"})
  void an_address_that_the_server_refuses_is_explained_too(String path) {
    String answer = market.getUnparsed(path);
    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(answer)
        .contains(path.startsWith("/api/") ? "\"status\":400" : "market.css")
        .doesNotContain("Tomcat");
  }

  private static void assertProblem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body())
        .contains("\"detail\":\"", "\"status\":" + status)
        .doesNotContain("Exception", "dev.forebay", "org.");
  }
}
