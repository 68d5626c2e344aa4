package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A visitor with a cookie, who sends forms as pages have them. Follows no redirects. */
final class Browser {

  static final String PASSWORD = "correct horse battery";

  private static final Pattern TOKEN =
      Pattern.compile("name=\"token-of-form\" value=\"([A-Za-z0-9_-]{43})\"");
  private static final Pattern OWN_WALLET = Pattern.compile("href=\"/users/(\\d+)/wallet\"");
  private static final AtomicInteger MEMBERS = new AtomicInteger();

  private final Market market;
  private String address = "";
  private String cookie = "";
  private String email = "";

  Browser(Market market) {
    this.market = market;
  }

  /** Returns somebody who has just joined. */
  static Browser member(Market market) {
    return member(market, "");
  }

  /** Returns somebody who has just joined from an address. */
  static Browser member(Market market, String address) {
    Browser member = new Browser(market).from(address);
    member.email = newEmail();
    HttpResponse<String> joined = member.join("Test Member", member.email, PASSWORD);
    assertThat(joined.statusCode()).as(joined.body()).isEqualTo(303);
    return member;
  }

  /** Returns the operator, signed in. */
  static Browser operator(Market market, String address) {
    Browser operator = new Browser(market).from(address);
    HttpResponse<String> signedIn =
        operator.signIn("operator@millrace.example", Market.OPERATORS_PASSWORD);
    assertThat(signedIn.headers().firstValue("Location")).hasValue("/operator");
    return operator;
  }

  static String newEmail() {
    return "member" + MEMBERS.incrementAndGet() + "@example.org";
  }

  /** Comes from another address from now on, as a proxy would say. */
  Browser from(String newAddress) {
    this.address = newAddress;
    return this;
  }

  String email() {
    return email;
  }

  /** Returns the session id, as the cookie has it. */
  String session() {
    return cookie;
  }

  /** Returns who is signed in; 0 for nobody. */
  long userId() {
    Matcher link = OWN_WALLET.matcher(get("/leaderboard").body());
    return link.find() ? Long.parseLong(link.group(1)) : 0;
  }

  HttpResponse<String> get(String path) {
    return send(market.request(path));
  }

  HttpResponse<String> join(String name, String newEmail, String password) {
    return submit(
        "/sign-up",
        "/sign-up",
        "name",
        name,
        "place",
        "market-cross",
        "email",
        newEmail,
        "password",
        password);
  }

  HttpResponse<String> signIn(String knownEmail, String password) {
    return submit("/sign-in", "/sign-in", "email", knownEmail, "password", password);
  }

  HttpResponse<String> askForLink(String knownEmail) {
    return submit("/forgot-password", "/forgot-password", "email", knownEmail);
  }

  /** Sets a new password by a link, or by the token alone. */
  HttpResponse<String> setPassword(String link, String password) {
    String token = link.substring(link.indexOf('=') + 1);
    return submit("/sign-in", "/reset-password", "token", token, "password", password);
  }

  HttpResponse<String> signOut() {
    return submit("/leaderboard", "/sign-out");
  }

  /** Loads a page and sends one of its forms; {@code fields} by name and value. */
  HttpResponse<String> submit(String page, String action, String... fields) {
    return post(action, tokenOf(page), fields);
  }

  /** Returns the token of the forms on a page. */
  String tokenOf(String page) {
    String body = get(page).body();
    Matcher token = TOKEN.matcher(body);
    assertThat(token.find()).as(body).isTrue();
    return token.group(1);
  }

  /** Sends a form with a token that may be none. */
  HttpResponse<String> post(String action, String token, String... fields) {
    StringBuilder form = new StringBuilder("token-of-form=" + token);
    for (int i = 0; i < fields.length; i += 2) {
      form.append('&').append(fields[i]).append('=');
      form.append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
    }
    return postRaw(action, form.toString());
  }

  /** Sends a form as it is written. */
  HttpResponse<String> postRaw(String action, String form) {
    return send(market
        .request(action)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    request.header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    if (!cookie.isEmpty()) {
      request.header("Cookie", "millrace=" + cookie);
    }
    if (!address.isEmpty()) {
      request.header("X-Forwarded-For", address);
    }
    HttpResponse<String> answer = market.send(request);
    answer
        .headers()
        .firstValue("Set-Cookie")
        .ifPresent(set -> cookie = set.substring("millrace=".length(), set.indexOf(';')));
    return answer;
  }
}
