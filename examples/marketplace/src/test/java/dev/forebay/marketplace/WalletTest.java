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

  private final Market market = Market.busy();
  private final String nextYear =
      DateTimeFormatter.ofPattern("MM/yy").format(YearMonth.now(ZoneOffset.UTC).plusYears(1));

  @Test
  @Tag("C11")
  void the_token_of_a_saved_card_cannot_be_read_in_redis() throws IOException {
    assertThat(save(11).statusCode()).isEqualTo(303);
    long hits = market.cache("payment-cards").hits();
    market.get("/users/11/wallet");
    assertThat(market.get("/users/11/wallet").body()).contains("Visa", ">4242<", nextYear);
    assertThat(market.cache("payment-cards").hits()).isGreaterThan(hits);

    String token = token(11);
    byte[] raw = bytesInRedis("user:11:payment-card");
    String stored = new String(raw, StandardCharsets.ISO_8859_1);

    assertThat(token).startsWith("tok_").hasSizeGreaterThan(30);
    assertThat(raw).hasSizeGreaterThan(token.length());
    assertThat(stored).doesNotContain(token, "tok_", "Visa", "4242");
    assertThat(stored).doesNotContain("\"token\"", "\"brand\"", "\"lastFour\"", "\"expires\"");
  }

  @Test
  void a_card_can_be_replaced_charged_and_forgotten() {
    save(12);
    String first = token(12);
    int credits = market.json("/api/users/12").get("credits").asInt();

    assertThat(market.postForm("/users/12/wallet/credits", "credits=250").statusCode())
        .isEqualTo(303);
    assertThat(market.json("/api/users/12").get("credits").asInt()).isEqualTo(credits + 250);

    market.postForm("/users/12/wallet/card", "number=5555+5555+5555+4444&expires=" + nextYear);
    assertThat(token(12)).isNotEqualTo(first);
    assertThat(market.get("/users/12/wallet").body()).contains("Mastercard", ">4444<");

    market.postForm("/users/12/wallet/forget-card", "");
    assertThat(market.get("/users/12/wallet").body()).contains("No card saved");
    HttpResponse<String> charge = market.postForm("/users/12/wallet/credits", "credits=50");
    assertThat(charge.statusCode()).isEqualTo(400);
    assertThat(charge.body()).contains("Save a card first, to be charged.");
    assertThat(market.json("/api/users/12").get("credits").asInt()).isEqualTo(credits + 250);
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
    HttpResponse<String> answer = market.postForm(
        "/users/13/wallet/card", "number=" + number + "&expires=" + expires.replace("/", "%2F"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(reason, "aria-invalid=\"true\"", "No card saved");
    assertThat(answer.body()).doesNotContain("value=\"4242");
    assertThat(market.get("/users/13/wallet").body()).contains("No card saved");
  }

  @Test
  void an_amount_that_is_not_offered_is_refused() {
    save(14);
    for (String amount : new String[] {"-50", "0", "51", "1e3", "", "99999999999"}) {
      assertThat(
              market.postForm("/users/14/wallet/credits", "credits=" + amount).statusCode())
          .as(amount)
          .isEqualTo(400);
    }
  }

  @Test
  void nobody_has_no_wallet() {
    assertThat(market.get("/users/99999999/wallet").statusCode()).isEqualTo(404);
    assertThat(market.get("/users/abc/wallet").statusCode()).isEqualTo(404);
    assertThat(market
            .postForm("/users/99999999/wallet/card", "number=" + NUMBER + "&expires=" + nextYear)
            .statusCode())
        .isEqualTo(404);
  }

  private HttpResponse<String> save(long user) {
    return market.postForm(
        "/users/" + user + "/wallet/card",
        "number=" + NUMBER.replace(' ', '+') + "&expires=" + nextYear.replace("/", "%2F"));
  }

  private String token(long user) {
    return market
        .bean(JdbcClient.class)
        .sql("select token from payment_cards where user_id = :user")
        .param("user", user)
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
