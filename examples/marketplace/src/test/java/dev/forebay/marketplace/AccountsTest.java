package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Joining, signing in and out. */
class AccountsTest {

  private final Market market = Market.shared();

  @Test
  void who_joins_is_signed_in_and_can_sign_out_and_in_again() {
    Browser ada = Browser.member(market);
    long id = ada.userId();
    assertThat(market.json("/api/users/" + id).get("name").asString()).isEqualTo("Test Member");
    assertThat(market.json("/api/users/" + id).get("credits").asInt()).isEqualTo(200);

    assertThat(ada.signOut().statusCode()).isEqualTo(303);
    assertThat(ada.userId()).isZero();

    HttpResponse<String> again =
        ada.signIn(" " + ada.email().replace("member", "MEMBER") + " ", Browser.PASSWORD);
    assertThat(again.statusCode()).isEqualTo(303);
    assertThat(again.headers().firstValue("Location")).hasValue("/");
    assertThat(ada.userId()).isEqualTo(id);
  }

  @Test
  void a_wrong_password_and_an_unknown_account_are_answered_alike() {
    Browser ada = Browser.member(market);
    HttpResponse<String> wrong = new Browser(market).signIn(ada.email(), "not the password");
    HttpResponse<String> unknown = new Browser(market).signIn("nobody@example.org", "whatever");

    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(form(wrong).replace(ada.email(), ""))
        .contains("The e-mail address or the password is not right")
        .isEqualTo(form(unknown).replace("nobody@example.org", ""));
  }

  @Test
  void a_session_has_another_id_and_another_token_once_somebody_has_signed_in() {
    Browser ada = Browser.member(market);
    ada.signOut();
    String token = ada.tokenOf("/sign-in");
    String before = ada.session();
    assertThat(before).isNotEmpty();

    HttpResponse<String> signedIn =
        ada.post("/sign-in", token, "email", ada.email(), "password", Browser.PASSWORD);

    assertThat(signedIn.statusCode()).isEqualTo(303);
    assertThat(signedIn.headers().firstValue("Set-Cookie").orElse(""))
        .contains("HttpOnly", "SameSite=Lax", "Path=/");
    assertThat(ada.session()).isNotEqualTo(before);
    assertThat(ada.tokenOf("/leaderboard")).isNotEqualTo(token);
    assertThat(market
            .send(market.request("/leaderboard").header("Cookie", "millrace=" + before))
            .body())
        .contains(">Sign in<");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sign-in", "/sign-up", "/forgot-password", "/reset-password"})
  void a_form_without_the_token_of_its_session_is_refused(String form) {
    String tokenOfAnother = new Browser(market).tokenOf("/sign-in");
    Browser visitor = new Browser(market);
    visitor.tokenOf("/sign-in");
    for (String token : new String[] {"", "x", tokenOfAnother}) {
      HttpResponse<String> refused =
          visitor.post(form, token, "email", "x@example.org", "password", "eight or more");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("not sent from our pages");
    }
    assertThat(new Browser(market).post(form, tokenOfAnother).statusCode()).isEqualTo(403);
  }

  @Test
  void nobody_can_be_signed_out_or_spend_by_a_form_of_another_site() {
    Browser ada = Browser.member(market);
    assertThat(ada.post("/sign-out", "").statusCode()).isEqualTo(403);
    assertThat(ada.post("/items/1/buy", "", "price", "1").statusCode()).isEqualTo(403);
    assertThat(ada.userId()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "'', x@example.org, market-cross, eight or more, Tell us your name",
    "Y, x@example.org, market-cross, eight or more, 2 to 60 characters",
    "Ada, '', market-cross, eight or more, Enter your e-mail address",
    "Ada, nonsense, market-cross, eight or more, That is no e-mail address",
    "Ada, two@at@example.org, market-cross, eight or more, That is no e-mail address",
    "Ada, a b@example.org, market-cross, eight or more, That is no e-mail address",
    "Ada, x@example.org, '', eight or more, Choose where you are at home",
    "Ada, x@example.org, moon, eight or more, Choose where you are at home",
    "Ada, x@example.org, market-cross, '', Choose a password",
    "Ada, x@example.org, market-cross, short, 'The password has 5 characters. Use 8'"
  })
  void what_cannot_be_used_is_told_beside_its_field_and_what_was_typed_stays(
      String name, String email, String place, String password, String reason) {
    HttpResponse<String> refused = new Browser(market)
        .submit(
            "/sign-up",
            "/sign-up",
            "name",
            name,
            "email",
            email,
            "place",
            place,
            "password",
            password);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains(reason, "aria-invalid=\"true\"");
    assertThat(refused.body()).contains("value=\"" + name + "\"", "value=\"" + email + "\"");
    assertThat(password.isEmpty() || !refused.body().contains(password)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\u0000b@example.org", "\u001b[2J@example.org", "\"><b>@x.org", "日本@例え.jp"})
  void an_address_of_any_characters_is_taken_or_refused_and_never_breaks_anything(String email) {
    Browser visitor = new Browser(market);
    assertThat(visitor.join("Ada", email, Browser.PASSWORD).statusCode()).isIn(303, 400);
    HttpResponse<String> refused = visitor.signIn(email, "wrong password");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).doesNotContainPattern("[\\u0000-\\u0008\\u001b]");
    assertThat(new Browser(market).askForLink(email).statusCode()).isIn(303, 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "email=%FF%FE&password=x",
        "email=%ZZ&password=x",
        "email=a&password=%ED%A0%80",
        "email[]=x",
        "=&&=x"
      })
  void bytes_that_are_no_form_are_refused_with_a_page(String fields) {
    Browser visitor = new Browser(market);
    HttpResponse<String> refused =
        visitor.postRaw("/sign-in", "token-of-form=" + visitor.tokenOf("/sign-in") + "&" + fields);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .containsAnyOf("We could not read that", "role=\"alert\"")
        .contains("</html>");
  }

  @Test
  void a_password_counts_to_its_last_byte_or_is_refused() {
    String longest = "é".repeat(36);
    Browser ada = new Browser(market);
    String email = Browser.newEmail();

    HttpResponse<String> tooLong = ada.join("Ada", email, longest + "!");
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(tooLong.body()).contains("The password has 73 bytes, more than 72");
    assertThat(ada.join("Ada", email, "x".repeat(100_000)).statusCode()).isEqualTo(400);

    assertThat(ada.join("Ada", email, longest).statusCode()).isEqualTo(303);
    assertThat(new Browser(market).signIn(email, longest + "!").statusCode()).isEqualTo(400);
    assertThat(new Browser(market).signIn(email, "e\u0301".repeat(36)).statusCode())
        .isEqualTo(303);
  }

  @Test
  void an_address_has_one_account_however_it_is_written() {
    Browser ada = Browser.member(market);
    HttpResponse<String> taken =
        new Browser(market).join("Other", ada.email().toUpperCase(Locale.ROOT), Browser.PASSWORD);
    assertThat(taken.statusCode()).isEqualTo(409);
    assertThat(taken.body()).contains("There is an account with this address");
  }

  @Test
  void a_password_is_stored_as_a_slow_hash_that_names_its_algorithm() {
    Browser ada = Browser.member(market);
    assertThat(market
            .bean(JdbcClient.class)
            .sql("select password from accounts where email = :email")
            .param("email", ada.email())
            .query(String.class)
            .single())
        .startsWith("{bcrypt}$2a$10$");
  }

  @ParameterizedTest
  @CsvSource({
    "/items/7, /items/7",
    "'/?q=oak&page=2', '/?q=oak&page=2'",
    "https://evil.example/, /",
    "//evil.example, /",
    "/\\evil.example, /",
    "'', /"
  })
  void who_signs_in_goes_on_where_they_wanted_within_the_market(String next, String location) {
    Browser ada = Browser.member(market);
    HttpResponse<String> signedIn = new Browser(market)
        .submit(
            "/sign-in",
            "/sign-in",
            "email",
            ada.email(),
            "password",
            Browser.PASSWORD,
            "next",
            next);
    assertThat(signedIn.headers().firstValue("Location")).hasValue(location);
  }

  @Test
  void a_wallet_is_for_its_owner_only() {
    Browser ada = Browser.member(market);
    assertThat(ada.get("/users/" + ada.userId() + "/wallet").statusCode()).isEqualTo(200);
    assertThat(ada.get("/users/1/wallet").statusCode()).isEqualTo(403);
    HttpResponse<String> nobody = market.get("/users/1/wallet");
    assertThat(nobody.statusCode()).isEqualTo(303);
    assertThat(nobody.headers().firstValue("Location"))
        .hasValue("/sign-in?next=%2Fusers%2F1%2Fwallet");
  }

  /** What a page says, without what differs each time. */
  private static String form(HttpResponse<String> page) {
    String body = page.body();
    return body.substring(body.indexOf("<main"), body.indexOf("</main>"))
        .replaceAll("value=\"[A-Za-z0-9_-]{43}\"", "");
  }
}
