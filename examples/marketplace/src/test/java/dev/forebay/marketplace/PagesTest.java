package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.util.HtmlUtils;

class PagesTest {

  private final Market market = Market.shared();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/?page=2",
        "/?q=oak",
        "/?q=%F0%9F%9A%B2",
        "/?category=furniture",
        "/?category=bicycles&sort=cheapest",
        "/?place=market-cross&condition=good&minPrice=5&maxPrice=200&sort=dearest",
        "/?q=&category=&place=&condition=&minPrice=&maxPrice=&sort=&page=",
        "/items/1",
        "/users/1",
        "/sign-in",
        "/sign-up",
        "/forgot-password",
        "/leaderboard"
      })
  void every_page_is_whole_and_asks_nobody_else(String path) {
    HttpResponse<String> page = market.get(path);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
    assertThat(page.body())
        .contains("<main id=\"content\"", "</html>", "database quer")
        .doesNotContain("<script", "http://", "https://");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/?q=oak&page=2",
        "/items/1",
        "/users/1",
        "/leaderboard",
        "/users/1/wallet",
        "/operator",
        "/nothing/here",
        "/?page=abc",
        "/market.css",
        "/api/items",
        "/health"
      })
  void who_only_reads_has_no_session(String path) {
    assertThat(market.get(path).headers().firstValue("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sign-in?next=/items/1", "/sign-up", "/forgot-password"})
  void who_is_shown_a_form_has_a_session_that_ends_soon(String path) {
    Browser visitor = new Browser(market);
    visitor.get(path);
    assertThat(market.lifeOfSession(visitor.session())).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void a_search_finds_items_by_their_words_within_its_limits() {
    var found =
        market.json("/api/items?q=bike&minPrice=20&maxPrice=400&sort=cheapest").get("items");
    assertThat(found).isNotEmpty();
    found.forEach(item -> assertThat(item.get("price").asInt()).isBetween(20, 400));
    assertThat(market.get("/?q=bike&minPrice=20&maxPrice=400&sort=cheapest").body())
        .contains(HtmlUtils.htmlEscape(found.get(0).get("title").asString(), "UTF-8"));
  }

  @Test
  void markup_in_a_title_is_stored_as_it_is_and_shown_as_text() {
    String title = "<script>alert(\"x\")</script> & <b>'chair'</b>";
    assertThat(market
            .put(
                "/api/items/7",
                "{\"title\": \"<script>alert(\\\"x\\\")</script> & <b>'chair'</b>\"}")
            .statusCode())
        .isEqualTo(200);
    assertThat(market.json("/api/items/7").get("title").asString()).isEqualTo(title);
    assertThat(market.get("/items/7").body())
        .contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &lt;b&gt;")
        .doesNotContain("<script");
  }

  @Test
  void words_of_a_search_are_shown_as_text() {
    assertThat(market.get("/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").body())
        .contains("&quot;&gt;&lt;script&gt;")
        .doesNotContain("<script");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/items/999999",
        "/items/abc",
        "/users/0",
        "/users/-1",
        "/nothing/here",
        "/?page=10000"
      })
  void what_is_not_there_is_a_page_that_says_so(String path) {
    HttpResponse<String> page = market.get(path);
    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.body()).contains("Not here", "Back to the market", "market.css");
  }

  @Test
  void the_foot_of_a_page_says_nothing_of_the_cache_while_it_works() {
    assertThat(market.get("/").body()).doesNotContain("class=\"notice\"");
  }
}
