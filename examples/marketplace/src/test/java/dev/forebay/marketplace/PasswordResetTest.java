package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A forgotten password is replaced by a link that works once, for half an hour. */
class PasswordResetTest {

  private static final String NEW_PASSWORD = "another horse entirely";

  private final Market market = Market.shared();
  private final JdbcClient jdbc = market.bean(JdbcClient.class);

  @Test
  void a_link_sets_a_new_password_once_and_ends_what_was_signed_in() {
    Browser ada = Browser.member(market);
    assertThat(ada.userId()).isPositive();
    String link = askedLink(ada.email());
    Browser other = new Browser(market);
    assertThat(other.get(link).body()).contains("Choose a new password");

    HttpResponse<String> set = other.setPassword(link, NEW_PASSWORD);

    assertThat(set.headers().firstValue("Location")).hasValue("/sign-in?changed");
    assertThat(other.get("/sign-in?changed").body()).contains("Your new password is set");
    assertThat(ada.userId()).as("the session from before").isZero();
    assertThat(other.signIn(ada.email(), Browser.PASSWORD).statusCode()).isEqualTo(400);
    assertThat(other.signIn(ada.email(), NEW_PASSWORD).statusCode()).isEqualTo(303);
    assertThat(other.userId()).isPositive();

    Browser late = new Browser(market);
    assertThat(late.get(link).statusCode()).isEqualTo(404);
    HttpResponse<String> again = late.setPassword(link, "a third password");
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(again.body()).contains("This link does not work");
  }

  @Test
  void asking_is_answered_alike_whether_there_is_an_account_or_not() {
    Browser ada = Browser.member(market);
    HttpResponse<String> known = ask(ada.email());
    HttpResponse<String> unknown = ask("nobody.at.all@example.org");
    assertThat(known.statusCode()).isEqualTo(303);
    assertThat(unknown.statusCode()).isEqualTo(303);
    assertThat(unknown.headers().firstValue("Location"))
        .isEqualTo(known.headers().firstValue("Location"));
    assertThat(market.bean(Postbox.class).takeLink(ada.email())).isPresent();
    assertThat(market.bean(Postbox.class).takeLink("nobody.at.all@example.org")).isEmpty();
  }

  @Test
  void a_link_works_for_half_an_hour() {
    Browser ada = Browser.member(market);
    String link = askedLink(ada.email());
    assertThat(jdbc.sql("update password_resets set expires_at = expires_at - interval '29 minutes'"
                + " where user_id = :user")
            .param("user", ada.userId())
            .update())
        .isEqualTo(1);
    assertThat(new Browser(market).get(link).statusCode()).isEqualTo(200);

    jdbc.sql("update password_resets set expires_at = expires_at - interval '1 minute'"
            + " where user_id = :user")
        .param("user", ada.userId())
        .update();

    assertThat(new Browser(market).get(link).statusCode()).isEqualTo(404);
    assertThat(new Browser(market).setPassword(link, NEW_PASSWORD).statusCode()).isEqualTo(404);
    assertThat(new Browser(market).signIn(ada.email(), Browser.PASSWORD).statusCode())
        .isEqualTo(303);
  }

  @Test
  void a_password_that_is_refused_leaves_the_link_as_it_is() {
    Browser ada = Browser.member(market);
    String link = askedLink(ada.email());
    Browser other = new Browser(market);
    HttpResponse<String> refused = other.setPassword(link, "short");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("The password has 5 characters");
    assertThat(other.setPassword(link, NEW_PASSWORD).statusCode()).isEqualTo(303);
  }

  @Test
  void a_used_link_takes_the_others_of_its_account_with_it() {
    Browser ada = Browser.member(market);
    String first = askedLink(ada.email());
    String second = askedLink(ada.email());
    assertThat(new Browser(market).setPassword(second, NEW_PASSWORD).statusCode())
        .isEqualTo(303);
    assertThat(new Browser(market).get(first).statusCode()).isEqualTo(404);
  }

  @Test
  void the_database_holds_no_token_that_would_work() {
    Browser ada = Browser.member(market);
    String link = askedLink(ada.email());
    String token = link.substring(link.indexOf('=') + 1);
    assertThat(token).hasSize(43);
    List<byte[]> stored = jdbc.sql("select token_digest from password_resets where user_id = :user")
        .param("user", ada.userId())
        .query((row, number) -> row.getBytes("token_digest"))
        .list();
    assertThat(stored).hasSize(1);
    assertThat(stored.get(0)).hasSize(32).isNotEqualTo(token.getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> ask(String email) {
    return new Browser(market).askForLink(email);
  }

  private String askedLink(String email) {
    assertThat(ask(email).statusCode()).isEqualTo(303);
    return market.bean(Postbox.class).takeLink(email).orElseThrow();
  }
}
