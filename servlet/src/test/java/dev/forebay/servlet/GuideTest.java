package dev.forebay.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.http.ClientAddress;
import dev.forebay.http.ClientAddresses;
import dev.forebay.http.ForwardedHeader;
import dev.forebay.http.Problem;
import dev.forebay.http.QuotaState;
import dev.forebay.http.RateLimitFields;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/guides/rate-limits-http.md}. */
@RedisTest
@Tag("RL4")
class GuideTest {

  private final ClientAddresses addresses = ClientAddresses.builder()
      .trust("10.4.0.0/24", "fd00:4::/64")
      .header(ForwardedHeader.X_FORWARDED_FOR)
      .build();

  @Test
  void the_filter_limits_as_the_guide_says(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(
        redis,
        limits -> RateLimitFilter.builder(limits)
            .clientAddresses(addresses)
            .route(
                "POST",
                "/login",
                RequestLimit.byAddress("login").message("Too many attempts to sign in."))
            .route(
                "POST", "/payments", RequestLimit.byUser("payment"), RequestLimit.byAddress("auth"))
            .route("*", "/api/**", RequestLimit.byUser("api-user", "api-address")))) {
      assertThat(server.send("POST", "/login").field("RateLimit-Policy"))
          .isEqualTo("\"login\";q=5;w=300");
      assertThat(server.send("POST", "/payments", "X-User: ada").field("RateLimit-Policy"))
          .isEqualTo("\"payment\";q=5;w=60, \"auth\";q=10;w=60");
      assertThat(server.send("GET", "/api/items", "X-User: ada").field("RateLimit-Policy"))
          .isEqualTo("\"api-user\";q=100;w=60");
      assertThat(server.send("GET", "/api/items").field("RateLimit-Policy"))
          .isEqualTo("\"api-address\";q=100;w=60");
    }
  }

  @Test
  void the_parts_work_without_the_filter() {
    HttpHeaders headers = HttpHeaders.of(
        Map.of("x-forwarded-for", List.of("1.1.1.1, 203.0.113.7")), (name, value) -> true);
    Map<String, String> response = new TreeMap<>();
    Duration wait = Duration.ofMillis(41_200);

    ClientAddress client = addresses.resolve("10.4.0.1", headers::allValues);
    RateLimitFields.of(List.of(new QuotaState("login", 5, Duration.ofMinutes(5), 0, wait)))
        .retryAfter(wait)
        .forEach(response::put);
    byte[] body = Problem.quotaExceeded(List.of("login")).withRetryAfter(wait).toBytes();

    assertThat(client.subject()).isEqualTo("203.0.113.7");
    assertThat(response)
        .containsEntry("RateLimit", "\"login\";r=0;t=42")
        .containsEntry("Retry-After", "42");
    assertThat(new String(body, UTF_8)).contains("\"retry-after\":42");
  }
}
