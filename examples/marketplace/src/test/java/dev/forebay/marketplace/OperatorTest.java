package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the operator sees of the limits, and does about who misuses them. */
@Tag("RL7")
class OperatorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Market market = Market.limited();

  @Test
  void only_an_operator_sees_the_page_and_changes_anything() {
    Browser member = Browser.member(market, "198.18.0.1");
    for (String path : new String[] {"/operator", "/operator/", "/operator/figures"}) {
      assertThat(market.get(path).statusCode()).as(path).isIn(403, 404);
      assertThat(member.get(path).statusCode()).as(path).isIn(403, 404);
    }
    assertThat(member
            .submit("/leaderboard", "/operator/block", "subject", "1.1.1.1", "minutes", "60")
            .statusCode())
        .isEqualTo(403);
    assertThat(
            member.submit("/leaderboard", "/operator/unblock", "subject", "x").statusCode())
        .isEqualTo(403);
    assertThat(member.get("/").body()).doesNotContain("href=\"/operator\"");
  }

  @Test
  void a_client_that_is_denied_shows_with_the_limit_and_the_address_it_asked_for() {
    Browser visitor = new Browser(market).from("198.18.0.2");
    for (int attempt = 0; attempt < 12; attempt++) {
      visitor.signIn("x" + attempt + "@example.org", "wrong");
    }
    Browser operator = Browser.operator(market, "198.18.0.3");

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(figures(operator))
            .contains(
                ">198.18.0.2</span>", "<code>POST /sign-in</code>", "Signing in, by address"));
    assertThat(figures(operator))
        .startsWith("<div id=\"figures\">")
        .contains("5 in 5 minutes", "Per client")
        .doesNotContain("<html", "Redis cannot be asked");
    HttpResponse<String> page = operator.get("/operator");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("<script src=\"/operator.js\" defer", "<noscript><meta http-equiv=\"refresh\"")
        .contains("</html>");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("script-src 'self'", "connect-src 'self'");
    assertThat(operator.get("/operator.js").statusCode()).isEqualTo(200);
  }

  @Test
  void what_another_instance_denies_shows_too() {
    Browser visitor = new Browser(Market.limitedToo()); // at the address of its connection
    for (int i = 0; i < 30; i++) {
      assertThat(visitor.get("/?q=oak").statusCode()).isEqualTo(200);
    }
    for (int i = 0; i < 30; i++) {
      assertThat(visitor.get("/?q=oak").statusCode()).isEqualTo(429);
    }
    Browser operator = Browser.operator(market, "198.18.0.15");

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(figures(operator))
            .contains(">127.0.0.1</span><small>address · Searching</small>"));
  }

  @Test
  void the_page_has_what_its_script_looks_for() {
    Browser operator = Browser.operator(market, "198.18.0.16");
    String page = operator.get("/operator").body();
    Pattern id = Pattern.compile("getElementById\\('([^']+)'\\)");

    assertThat(id.matcher(operator.get("/operator.js").body()).results())
        .extracting(found -> found.group(1))
        .contains("figures", "live-state")
        .allSatisfy(name -> assertThat(page).containsOnlyOnce("id=\"" + name + "\""));
  }

  @Test
  void users_who_are_denied_are_shown_by_their_name() {
    Browser member = Browser.member(market, "198.18.0.4");
    String path = "/users/" + member.userId() + "/wallet/credits";
    String token = member.tokenOf("/leaderboard");
    for (int i = 0; i < 30; i++) {
      member.post(path, token, "credits", "51");
    }
    Browser operator = Browser.operator(market, "198.18.0.5");

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(figures(operator))
            .contains("<a href=\"/users/" + member.userId() + "\">Test Member</a>")
            .contains("POST /users/*/wallet/credits"));
  }

  @Test
  void who_is_blocked_is_denied_everything_limited_until_the_block_ends() {
    Browser operator = Browser.operator(market, "198.18.0.6");
    Browser visitor = new Browser(market).from("198.18.0.7");
    assertThat(visitor.get("/?q=oak").statusCode()).isEqualTo(200);

    operator.submit("/operator", "/operator/block", "subject", " 198.18.0.7 ", "minutes", "60");

    assertThat(operator.get("/operator").body())
        .contains("198.18.0.7 is blocked for 1 hour.", "for another");
    HttpResponse<String> denied = visitor.get("/?q=oak");
    assertThat(denied.statusCode()).isEqualTo(429);
    assertThat(denied.body()).contains("This client is blocked for now.", "Try again in");
    assertThat(visitor.signIn("x@example.org", "wrong").statusCode()).isEqualTo(429);

    operator.submit("/operator", "/operator/unblock", "subject", "198.18.0.7");

    assertThat(operator.get("/operator").body()).contains("198.18.0.7 is not blocked any more.");
    assertThat(visitor.get("/?q=oak").statusCode()).isEqualTo(200);
  }

  @Test
  void a_block_of_nobody_or_for_no_time_is_explained() {
    Browser operator = Browser.operator(market, "198.18.0.8");
    String[][] mistakes = {
      {"", "60"},
      {"198.18.0.9", "61"},
      {"198.18.0.9", ""},
      {"198.18.0.0/16", "60"},
      {"user:ada", "60"},
      {"ada@example.org", "60"},
      {"email:" + "x".repeat(94) + "~0123456789abcdef", "60"},
      {"email:" + "x".repeat(513), "60"}
    };
    for (String[] mistake : mistakes) {
      operator.submit("/operator", "/operator/block", "subject", mistake[0], "minutes", mistake[1]);
      assertThat(operator.get("/operator").body())
          .contains("Write who to block")
          .doesNotContain(">198.18.0.9<");
    }
  }

  @Test
  void who_is_blocked_is_read_as_the_limits_know_them() {
    Browser operator = Browser.operator(market, "198.18.0.11");
    Browser visitor = new Browser(market).from("2001:db8:1:2::9");
    String email = Browser.member(market, "198.18.0.12").email();

    block(operator, "2001:DB8:1:2:0::7");
    block(operator, "email: " + email.toUpperCase(Locale.ROOT));

    assertThat(operator.get("/operator").body()).contains("2001:db8:1:2::/64", email);
    assertThat(visitor.get("/?q=oak").statusCode()).isEqualTo(429);
    assertThat(visitor.from("2001:db8:1:3::9").get("/?q=oak").statusCode()).isEqualTo(200);
    assertThat(visitor.signIn(email, Browser.PASSWORD).statusCode()).isEqualTo(429);

    unblock(operator, "2001:db8:1:2::/64");
    block(operator, "2001:db8:1:2::/64");
    assertThat(visitor.from("2001:db8:1:2::9").get("/?q=oak").statusCode()).isEqualTo(429);
    unblock(operator, "2001:db8:1:2::/64");
    unblock(operator, "email:" + email);
    assertThat(visitor.signIn(email, Browser.PASSWORD).statusCode()).isEqualTo(303);
  }

  @Test
  void an_account_cannot_pose_as_an_address_and_what_is_shown_shortened_has_no_button() {
    String posing = "198.18.0.99";
    String endless = "y".repeat(200);
    Browser guesser = new Browser(market);
    for (int guess = 0; guess < 30; guess++) {
      guesser.from("198.18.1." + guess);
      guesser.signIn(posing, "wrong");
      guesser.signIn(endless, "wrong");
    }
    Browser operator = Browser.operator(market, "198.18.0.13");

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(figures(operator))
            .containsPattern(">198\\.18\\.0\\.99</span><small>e-mail · Signing in, by account<")
            .containsPattern("y{94}~[0-9a-f]{16}</span>")
            .contains("to be blocked here.", "value=\"email:198.18.0.99\"")
            .doesNotContainPattern("value=\"email:y+"));
  }

  @Test
  void no_two_buttons_have_one_id_whatever_others_are_called() {
    Browser operator = Browser.operator(market, "198.18.0.14");
    block(operator, "email:ao@x.org");
    block(operator, "email:c1@x.org"); // with the same hash code

    assertThat(
            Pattern.compile("id=\"unblock-[^\"]+\"").matcher(figures(operator)).results())
        .extracting(MatchResult::group)
        .hasSizeGreaterThanOrEqualTo(2)
        .doesNotHaveDuplicates();
    for (String name : new String[] {"ao", "c1"}) {
      unblock(operator, "email:" + name + "@x.org");
    }
  }

  @Test
  void a_subject_is_shown_as_text() {
    Browser operator = Browser.operator(market, "198.18.0.10");
    String subject = "email:<script>alert(1)</script>@x.org";
    operator.submit("/operator", "/operator/block", "subject", subject, "minutes", "15");
    assertThat(operator.get("/operator").body())
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;@x.org")
        .doesNotContain("<script>alert");
    operator.submit("/operator", "/operator/unblock", "subject", subject);
  }

  private static void block(Browser operator, String subject) {
    operator.submit("/operator", "/operator/block", "subject", subject, "minutes", "60");
  }

  private static void unblock(Browser operator, String subject) {
    operator.submit("/operator", "/operator/unblock", "subject", subject);
  }

  private static String figures(Browser operator) {
    HttpResponse<String> answer = operator.get("/operator/figures");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body().strip();
  }
}
