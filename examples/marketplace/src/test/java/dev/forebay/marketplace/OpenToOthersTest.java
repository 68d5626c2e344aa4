package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What strangers can reach of a market that others have opened to them. */
class OpenToOthersTest {

  private final Market market = Market.limited();

  @Test
  void the_api_changes_nothing_where_it_was_told_so() {
    Market readOnly = Market.limitedToo();
    String before = readOnly.get("/api/items/7").body();
    HttpResponse<String> change = readOnly.put("/api/items/7", "{\"price\": 0}");
    assertThat(change.statusCode()).isEqualTo(403);
    assertThat(change.body()).contains("only reads", "MARKETPLACE_API_CHANGES");
    assertThat(readOnly.post("/api/items/7/trade", "{\"buyer\": 3}").statusCode())
        .isEqualTo(403);
    assertThat(readOnly.get("/api/items/7").body()).isEqualTo(before);
  }

  @Test
  void the_fields_of_an_upload_are_no_search_that_no_limit_sees() {
    String form = """
        --b\r
        Content-Disposition: form-data; name="q"\r
        \r
        oak\r
        --b--\r
        """;
    HttpResponse<String> page = market.send(market
        .request("/")
        .header("Content-Type", "multipart/form-data; boundary=b")
        .method("GET", BodyPublishers.ofString(form)));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).doesNotContain("value=\"oak\"");
    Browser searcher = new Browser(market).from("203.0.113.92");
    assertThat(searcher.get("/?q=oak").body()).contains("value=\"oak\"");
  }

  @Test
  void behind_a_trusted_proxy_that_was_asked_by_tls_the_cookie_is_secure() {
    assertThat(cookie(market, "https")).contains("; Secure");
    assertThat(cookie(market, "HTTPS, https")).contains("; Secure");
    for (String header : new String[] {"http", "http, https", "https, http", "", "https,", "tls"}) {
      assertThat(cookie(market, header)).as(header).contains("HttpOnly").doesNotContain("Secure");
    }
    assertThat(new Browser(market)
            .get("/sign-in")
            .headers()
            .firstValue("Set-Cookie")
            .orElse(""))
        .contains("HttpOnly")
        .doesNotContain("Secure");
    assertThat(cookie(Market.limitedToo(), "https"))
        .as("where no proxy is trusted")
        .contains("HttpOnly")
        .doesNotContain("Secure");
  }

  private static String cookie(Market market, String proto) {
    return market
        .send(market.request("/sign-in").header("X-Forwarded-Proto", proto))
        .headers()
        .firstValue("Set-Cookie")
        .orElse("");
  }

  @Test
  void who_was_locked_out_by_others_comes_in_by_a_new_password() {
    Browser ada = Browser.member(market, "203.0.113.90");
    Browser stranger = new Browser(market);
    for (int guess = 0; guess < 21; guess++) {
      stranger.from("192.0.2." + (100 + guess)).signIn(ada.email(), "guess " + guess);
    }
    Browser owner = new Browser(market).from("203.0.113.91");
    assertThat(owner.signIn(ada.email(), Browser.PASSWORD).statusCode()).isEqualTo(429);

    owner.askForLink(ada.email());
    String link = market.bean(Postbox.class).takeLink(ada.email()).orElseThrow();
    HttpResponse<String> set = owner.setPassword(link, "another horse entirely");

    assertThat(set.statusCode()).isEqualTo(303);
    assertThat(owner.signIn(ada.email(), "another horse entirely").statusCode()).isEqualTo(303);
  }
}
