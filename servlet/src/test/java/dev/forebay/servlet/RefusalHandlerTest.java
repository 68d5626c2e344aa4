package dev.forebay.servlet;

import static dev.forebay.servlet.RequestLimit.byAddress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Limit;
import dev.forebay.limits.WhenUnavailable;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an application makes of refusals, and of limits that hold for some requests only. */
@RedisTest
@Tag("RL4")
class RefusalHandlerTest {

  @Test
  void the_application_may_answer_people_with_a_page_and_programs_with_the_problem(
      RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(
        redis,
        limits -> RateLimitFilter.builder(limits)
            .route("POST", "/login", byAddress("login").message("Too many attempts."))
            .refusals(RefusalHandlerTest::answer))) {
      for (int attempt = 0; attempt < 5; attempt++) {
        assertThat(server.send("POST", "/login").status()).isEqualTo(200);
      }

      HttpAnswer page = server.send("POST", "/login", "Accept: text/html");
      HttpAnswer problem = server.send("POST", "/login", "Accept: application/json");

      assertThat(page.status()).isEqualTo(429);
      assertThat(page.field("Content-Type")).startsWith("text/html");
      assertThat(page.field("Cache-Control")).isEqualTo("no-store");
      assertThat(page.field("RateLimit")).startsWith("\"login\";r=0;t=");
      int wait = Integer.parseInt(page.field("Retry-After"));
      assertThat(page.body()).isEqualTo("<p>Too many attempts. 1 denied, wait " + wait + " s</p>");
      assertThat(problem.status()).isEqualTo(429);
      assertThat(problem.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(problem.json().get("detail").asString()).isEqualTo("Too many attempts.");
      assertThat(server.application.requests).hasValue(5);
    }
  }

  @Test
  void a_page_may_come_from_the_application_by_a_forward_which_is_not_limited(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits.limiter("all").limit(1, Duration.ofHours(1)).build();
      return RateLimitFilter.builder(limits)
          .route("*", "/**", byAddress("all"))
          .refusals((request, response, refusal) ->
              request.getRequestDispatcher("/refused").forward(request, response));
    })) {
      assertThat(server.send("GET", "/").status()).isEqualTo(200);

      HttpAnswer refused = server.send("GET", "/");

      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.body()).contains("Denied[limiter=all");
      assertThat(refused.field("RateLimit")).startsWith("\"all\";r=0;t=");
    }
  }

  @Test
  @Tag("RL5")
  void a_handler_is_told_503_where_a_closed_limit_cannot_ask_redis(@OwnServer EmbeddedRedis redis)
      throws Exception {
    redis.stop();
    try (LimitedServer server =
        LimitedServer.start(RedisSettings.builder().uri(redis.uri()).build(), limits -> {
          limits
              .limiter("pay")
              .limit(5, Duration.ofMinutes(1))
              .whenUnavailable(WhenUnavailable.CLOSED)
              .build();
          return RateLimitFilter.builder(limits)
              .route("*", "/**", byAddress("pay").message("Too many payments."))
              .refusals(RefusalHandlerTest::answer);
        })) {
      HttpAnswer page = server.send("GET", "/", "Accept: text/html");

      assertThat(page.status()).isEqualTo(503);
      assertThat(page.body()).contains("cannot be told now").doesNotContain("Too many payments");
    }
  }

  @Test
  void who_is_blocked_is_told_so_and_not_the_message_of_the_limit(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(
        redis,
        limits -> RateLimitFilter.builder(limits)
            .route("POST", "/login", byAddress("login").message("Too many attempts.")))) {
      server.limits.block("127.0.0.1", Duration.ofHours(1));

      HttpAnswer denied = server.send("POST", "/login");

      assertThat(denied.status()).isEqualTo(429);
      assertThat(denied.json().get("detail").asString())
          .isEqualTo("This client is blocked for now.");
      assertThat(Integer.parseInt(denied.field("Retry-After"))).isBetween(3_500, 3_600);
    }
  }

  @Test
  void a_request_that_costs_more_than_its_limit_has_by_now_is_not_told_to_wait(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits.limiter("api").limit(10, Duration.ofHours(1)).build();
      return RateLimitFilter.builder(limits)
          .route("GET", "/report", byAddress("api").cost(4))
          .route("GET", "/import", byAddress("api").cost(4).message("Too many imports."));
    })) {
      server.limits.change("api", Limit.of(3, Duration.ofHours(1)));

      HttpAnswer denied = server.send("GET", "/report");

      assertThat(denied.status()).isEqualTo(429);
      assertThat(denied.fields()).doesNotContainKey("retry-after");
      assertThat(denied.field("RateLimit-Policy")).isEqualTo("\"api\";q=3;w=3600");
      assertThat(denied.field("RateLimit")).startsWith("\"api\";r=3");
      assertThat(denied.json().get("detail").asString())
          .isEqualTo("This request costs more than its limit ever allows.");
      assertThat(denied.json().has("retry-after")).isFalse();
      assertThat(server.send("GET", "/import").json().get("detail").asString())
          .isEqualTo("Too many imports.");
      assertThat(server.send("GET", "/import").fields()).doesNotContainKey("retry-after");
      assertThat(server.application.requests).hasValue(0);
    }
  }

  @Test
  void a_limit_may_hold_for_some_requests_of_its_route_only(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits.limiter("words").limit(1, Duration.ofHours(1)).build();
      return RateLimitFilter.builder(limits)
          .route(
              "GET",
              "/",
              byAddress("words")
                  .onlyIf(request -> request.getParameter("user") != null)
                  .message("Too many looks at people."),
              byAddress("words")
                  .onlyIf(request -> request.getParameter("q") != null)
                  .message("Too many searches."));
    })) {
      assertThat(server.send("GET", "/").fields()).doesNotContainKey("ratelimit");
      assertThat(server.send("GET", "/?q=oak").field("RateLimit")).startsWith("\"words\";r=0;");
      HttpAnswer refused = server.send("GET", "/?q=elm");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.json().get("detail").asString()).isEqualTo("Too many searches.");
      assertThat(server.send("GET", "/?%71=elm").status()).isEqualTo(429);
      assertThat(server.send("GET", "/?page=2").status()).isEqualTo(200);
    }
  }

  @Test
  void what_a_request_took_can_be_given_back_once(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits.limiter("forms").limit(3, Duration.ofHours(1)).build();
      return RateLimitFilter.builder(limits)
          .route("POST", "/refunds", byAddress("forms").cost(2));
    })) {
      for (int mistakes = 0; mistakes < 5; mistakes++) {
        HttpAnswer answer = server.send("POST", "/refunds");
        assertThat(answer.field("RateLimit")).startsWith("\"forms\";r=1;");
      }
      await().until(() -> remaining(server) == 3);
    }
  }

  @Test
  void what_a_request_took_of_a_lease_can_be_given_back(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits
          .limiter("forms")
          .limit(2, Duration.ofHours(1))
          .leasing(2, Duration.ofMinutes(1))
          .build();
      return RateLimitFilter.builder(limits).route("*", "/**", byAddress("forms"));
    })) {
      assertThat(server.send("POST", "/refunds").status()).isEqualTo(200);
      await().until(() -> remaining(server) == 1);

      assertThat(server.send("GET", "/on-lease").status()).isEqualTo(200);
      assertThat(server.send("GET", "/given-back").status()).isEqualTo(200);
      assertThat(server.send("GET", "/none").status()).isEqualTo(429);
    }
  }

  @Test
  void what_a_list_allows_gives_nothing_back(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits.limiter("forms").limit(3, Duration.ofHours(1)).build();
      return RateLimitFilter.builder(limits).route("*", "/**", byAddress("forms"));
    })) {
      assertThat(server.send("GET", "/").status()).isEqualTo(200);
      server.limits.allow("127.0.0.1");

      assertThat(server.send("POST", "/refunds").status()).isEqualTo(200);

      server.limits.disallow("127.0.0.1");
      assertThat(remaining(server)).isEqualTo(2);
    }
  }

  @Test
  void what_has_expired_meanwhile_is_not_given_back_as_it_would_be_that_of_others(
      RedisNamespace redis) throws Exception {
    Duration hour = Duration.ofHours(1);
    AtomicLong nanos = new AtomicLong();
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits.limiter("forms").limit(3, hour).build();
      limits.limiter("day").limit(3, Duration.ofDays(1)).build();
      RateLimitFilterBuilder builder = RateLimitFilter.builder(limits)
          .route("POST", "/refunds", byAddress("forms"), byAddress("day"));
      builder.nanoClock = () -> nanos.getAndAdd(hour.toNanos()); // an hour from check to refund
      return builder;
    })) {
      assertThat(server.send("POST", "/refunds").status()).isEqualTo(200);

      await().until(() -> remaining(server, "day") == 3);
      assertThat(remaining(server)).isEqualTo(2);
    }
  }

  private static long remaining(LimitedServer server) {
    return remaining(server, "forms");
  }

  private static long remaining(LimitedServer server, String limiter) {
    return server.limits.find(limiter).orElseThrow().peek("127.0.0.1").remaining();
  }

  private static void answer(
      HttpServletRequest request, HttpServletResponse response, Refusal refusal)
      throws IOException {
    if ("text/html".equals(request.getHeader("Accept"))) {
      response.setContentType("text/html");
      long seconds = (refusal.retryAfter().orElseThrow().toMillis() + 999) / 1_000;
      long denied =
          refusal.decisions().all().stream().filter(said -> !said.isAllowed()).count();
      response
          .getWriter()
          .print("<p>%s %d denied, wait %d s</p>".formatted(refusal.message(), denied, seconds));
    } else {
      refusal.sendProblem(response);
    }
  }
}
