package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A saved card: its token is in PostgreSQL, and in Redis for whoever has the key only. */
@ResourceLock(Market.BUSY)
@Tag("C16")
class WalletTest {

  private static final String NUMBER = "4242 4242 4242 4242";
  private static final Pattern FORM =
      Pattern.compile("name=\"form\" value=\"([A-Za-z0-9_-]{43})\"");

  private final Market market = Market.busy();
  private final String nextYear =
      DateTimeFormatter.ofPattern("MM/yy").format(YearMonth.now(ZoneOffset.UTC).plusYears(1));

  @Test
  @Tag("C11")
  void the_token_of_a_saved_card_cannot_be_read_in_redis() throws IOException {
    Browser owner = Browser.member(market);
    long user = owner.userId();
    assertThat(save(owner).statusCode()).isEqualTo(303);
    long hits = market.cache("payment-cards").hits();
    owner.get(wallet(owner));
    assertThat(owner.get(wallet(owner)).body()).contains("Visa", ">4242<", nextYear);
    assertThat(market.cache("payment-cards").hits()).isGreaterThan(hits);

    String token = token(owner);
    byte[] raw = bytesInRedis("user:" + user + ":payment-card");
    String stored = new String(raw, StandardCharsets.ISO_8859_1);

    assertThat(token).startsWith("tok_").hasSizeGreaterThan(30);
    assertThat(raw).hasSizeGreaterThan(token.length());
    assertThat(stored).doesNotContain(token, "tok_", "Visa", "4242");
    assertThat(stored).doesNotContain("\"token\"", "\"brand\"", "\"lastFour\"", "\"expires\"");
  }

  @Test
  void a_card_can_be_replaced_charged_and_forgotten() {
    Browser owner = Browser.member(market);
    save(owner);
    String first = token(owner);
    int credits = credits(owner);

    assertThat(send(owner, "/credits", "credits", "250").statusCode()).isEqualTo(303);
    assertThat(credits(owner)).isEqualTo(credits + 250);

    send(owner, "/card", "number", "5555 5555 5555 4444", "expires", nextYear);
    assertThat(token(owner)).isNotEqualTo(first);
    assertThat(owner.get(wallet(owner)).body()).contains("Mastercard", ">4444<");

    send(owner, "/forget-card");
    assertThat(owner.get(wallet(owner)).body()).contains("No card saved");
    HttpResponse<String> charge = send(owner, "/credits", "credits", "50");
    assertThat(charge.statusCode()).isEqualTo(400);
    assertThat(charge.body()).contains("Save a card first, to be charged.");
    assertThat(credits(owner)).isEqualTo(credits + 250);
  }

  @Test
  void a_charge_that_failed_half_way_is_completed_and_not_made_twice() {
    Browser owner = Browser.member(market);
    save(owner);
    int credits = credits(owner);
    JdbcClient jdbc = market.bean(JdbcClient.class);
    jdbc.sql(
            "alter table users add constraint full_purse check (id <> %d or credits <= %d) not valid"
                .formatted(owner.userId(), credits))
        .update();
    try {
      assertThat(send(owner, "/credits", "credits", "250").statusCode()).isEqualTo(500);
      assertThat(send(owner, "/credits", "credits", "250").statusCode()).isEqualTo(500);
    } finally {
      jdbc.sql("alter table users drop constraint full_purse").update();
    }
    assertThat(credits(owner)).isEqualTo(credits);

    Supplier<HttpResponse<String>> click =
        clickOn250(owner, owner.tokenOf(wallet(owner)), formOf(owner));
    clickTwice(click);
    assertThat(click.get().statusCode()).isEqualTo(303);
    assertThat(credits(owner)).isEqualTo(credits + 250);
    assertThat(charges(owner)).isEqualTo(1);

    assertThat(send(owner, "/credits", "credits", "250").statusCode()).isEqualTo(303);
    assertThat(credits(owner)).isEqualTo(credits + 500);
    assertThat(charges(owner)).isEqualTo(2);
  }

  @Test
  void a_form_that_comes_twice_adds_its_credits_once() {
    Browser owner = Browser.member(market);
    save(owner);
    int credits = credits(owner);
    String wallet = wallet(owner);
    String token = owner.tokenOf(wallet);
    String form = formOf(owner);
    Supplier<HttpResponse<String>> click = clickOn250(owner, token, form);

    clickTwice(click);

    assertThat(credits(owner)).isEqualTo(credits + 250);
    assertThat(owner.get(wallet).body())
        .as("loaded otherwise than by an answer")
        .doesNotContain("250 credits added");
    assertThat(owner.get(wallet + "?known=250").body()).contains("250 credits added once");
    assertThat(owner.get(wallet + "?added=250").body()).contains("250 credits added.");
    assertThat(click.get().headers().firstValue("Location")).hasValue(wallet + "?known=250");
    assertThat(credits(owner)).isEqualTo(credits + 250);
    assertThat(charges(owner)).isEqualTo(1);

    owner.post(wallet + "/credits", token, "credits", "50", "form", form);
    assertThat(credits(owner)).as("by another button of the form").isEqualTo(credits + 300);
    for (String unlike : new String[] {"", "x".repeat(65)}) {
      assertThat(owner
              .post(wallet + "/credits", token, "credits", "50", "form", unlike)
              .statusCode())
          .isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4242424242424241, 09/99, look for a digit mistyped",
    "4242, 09/99, A card number has 13 to 19 digits",
    "'', 09/99, A card number has 13 to 19 digits",
    "4242424242424242, 09/20, has expired",
    "4242424242424242, 09/98, or the month is mistyped",
    "4242424242424242, 13/28, Write the month as the card has it",
    "4242424242424242, soon, Write the month as the card has it"
  })
  void a_card_that_cannot_be_read_is_refused_beside_its_field_and_not_repeated(
      String number, String expires, String reason) {
    Browser owner = Browser.member(market);

    HttpResponse<String> answer = send(owner, "/card", "number", number, "expires", expires);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(reason, "aria-invalid=\"true\"", "No card saved");
    assertThat(answer.body()).doesNotContain("value=\"4242");
    assertThat(owner.get(wallet(owner)).body()).contains("No card saved");
  }

  @Test
  void an_amount_that_is_not_offered_is_refused() {
    Browser owner = Browser.member(market);
    save(owner);
    for (String amount : new String[] {"-50", "0", "51", "1e3", "", "99999999999"}) {
      assertThat(send(owner, "/credits", "credits", amount).statusCode())
          .as(amount)
          .isEqualTo(400);
    }
  }

  @Test
  void nobody_uses_the_wallet_of_somebody_else() {
    Browser owner = Browser.member(market);
    save(owner);
    Browser thief = Browser.member(market);
    assertThat(thief.get(wallet(owner)).statusCode()).isEqualTo(403);
    assertThat(thief
            .submit("/leaderboard", wallet(owner) + "/credits", "credits", "500")
            .statusCode())
        .isEqualTo(403);
    assertThat(thief.get("/users/99999999/wallet").statusCode()).isEqualTo(403);
    assertThat(thief.get("/users/abc/wallet").statusCode()).isEqualTo(404);
    assertThat(credits(owner)).isEqualTo(200);
  }

  private HttpResponse<String> save(Browser owner) {
    return send(owner, "/card", "number", NUMBER, "expires", nextYear);
  }

  private static String wallet(Browser owner) {
    return "/users/" + owner.userId() + "/wallet";
  }

  private static HttpResponse<String> send(Browser owner, String action, String... fields) {
    String wallet = wallet(owner);
    String[] all = Arrays.copyOf(fields, fields.length + 2);
    all[fields.length] = "form";
    all[fields.length + 1] = formOf(owner);
    return owner.submit(wallet, wallet + action, all);
  }

  private static Supplier<HttpResponse<String>> clickOn250(
      Browser owner, String token, String form) {
    String action = wallet(owner) + "/credits";
    return () -> owner.post(action, token, "credits", "250", "form", form);
  }

  private static void clickTwice(Supplier<HttpResponse<String>> click) {
    List<CompletableFuture<HttpResponse<String>>> doubleClick =
        List.of(CompletableFuture.supplyAsync(click), CompletableFuture.supplyAsync(click));
    doubleClick.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(303));
  }

  private static String formOf(Browser owner) {
    Matcher form = FORM.matcher(owner.get(wallet(owner)).body());
    assertThat(form.find()).isTrue();
    return form.group(1);
  }

  private int credits(Browser owner) {
    return market.json("/api/users/" + owner.userId()).get("credits").asInt();
  }

  private int charges(Browser owner) {
    return market
        .bean(JdbcClient.class)
        .sql("select count(*) from card_charges where user_id = :user and completed is null")
        .param("user", owner.userId())
        .query(Integer.class)
        .single();
  }

  private String token(Browser owner) {
    return market
        .bean(JdbcClient.class)
        .sql("select token from payment_cards where user_id = :user")
        .param("user", owner.userId())
        .query(String.class)
        .single();
  }

  /** Reads what Redis has, byte for byte, as anybody could who is on the wire. */
  private static byte[] bytesInRedis(String key) throws IOException {
    URI redis = Market.redisOfBusy();
    try (Socket socket = new Socket(redis.getHost(), redis.getPort())) {
      socket.getOutputStream().write(("GET " + key + "\r\n").getBytes(StandardCharsets.UTF_8));
      InputStream reply = socket.getInputStream();
      StringBuilder length = new StringBuilder();
      for (int next = reply.read(); next != '\n'; next = reply.read()) {
        length.append((char) next);
      }
      assertThat(length.toString()).matches("\\$[0-9]+\r");
      return reply.readNBytes(Integer.parseInt(length.substring(1).strip()));
    }
  }
}
