package dev.forebay.servlet;

import static dev.forebay.servlet.RequestLimit.byAddress;
import static dev.forebay.servlet.RequestLimit.byUser;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.limits.LimitTier;
import dev.forebay.limits.RateLimits;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest
@Tag("RL4")
class RateLimitFilterTest {

  private static final String LOOPBACK = "127.0.0.1";

  @Test
  void a_request_beyond_the_limit_is_answered_429_with_fields_and_the_limits_message(
      RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(
        redis,
        limits -> RateLimitFilter.builder(limits)
            .route(
                "POST", "/login", byAddress("login").message("Too many attempts to sign in.")))) {
      for (int left = 4; left >= 0; left--) {
        HttpAnswer allowed = server.send("POST", "/login");
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.field("RateLimit-Policy")).isEqualTo("\"login\";q=5;w=300");
        assertThat(allowed.field("RateLimit")).matches("\"login\";r=" + left + ";t=[0-9]{1,3}");
        assertThat(allowed.field("Retry-After")).isEmpty();
      }

      HttpAnswer denied = server.send("POST", "/login");

      assertThat(denied.status()).isEqualTo(429);
      assertThat(server.application.requests).hasValue(5);
      int wait = Integer.parseInt(denied.field("Retry-After"));
      assertThat(wait).isBetween(1, 300);
      assertThat(denied.field("RateLimit-Policy")).isEqualTo("\"login\";q=5;w=300");
      assertThat(denied.field("RateLimit")).isEqualTo("\"login\";r=0;t=" + wait);
      assertThat(denied.field("Cache-Control")).isEqualTo("no-store");
      assertThat(denied.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(denied.json().get("type").asString()).endsWith("#quota-exceeded");
      assertThat(denied.json().get("status").asInt()).isEqualTo(429);
      assertThat(denied.json().get("detail").asString()).isEqualTo("Too many attempts to sign in.");
      assertThat(denied.json().get("retry-after").asInt()).isEqualTo(wait);
      assertThat(denied.json().get("violated-policies").get(0).asString()).isEqualTo("login");
      assertThat(server.send("GET", "/login").status()).isEqualTo(200);
      assertThat(server.send("GET", "/login").fields()).doesNotContainKey("ratelimit");
    }
  }

  @Test
  void each_user_has_a_limit_of_their_own_and_who_is_not_signed_in_that_of_the_address(
      RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "users", 2);
      small(limits, "others", 1);
      return RateLimitFilter.builder(limits).route("*", "/api/**", byUser("users", "others"));
    })) {
      assertThat(server.send("GET", "/api/a", "X-User: ada").status()).isEqualTo(200);
      assertThat(server.send("GET", "/api/b", "X-User: ada").status()).isEqualTo(200);
      assertThat(server.send("GET", "/api/c", "X-User: ada").status()).isEqualTo(429);
      assertThat(server.send("GET", "/api", "X-User: bob").status()).isEqualTo(200);
      assertThat(server.send("GET", "/api").status()).isEqualTo(200);
      assertThat(server.send("GET", "/api", "X-User:").status()).isEqualTo(429);
      assertThat(server.send("GET", "/other", "X-User: ada").status()).isEqualTo(200);
    }
  }

  @Test
  void a_user_who_is_called_like_an_address_does_not_use_up_its_permits(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "search", 1);
      return RateLimitFilter.builder(limits).route("GET", "/search", byUser("search"));
    })) {
      assertThat(server.send("GET", "/search", "X-User: " + LOOPBACK).status()).isEqualTo(200);
      assertThat(server.send("GET", "/search", "X-User: " + LOOPBACK).status()).isEqualTo(429);
      assertThat(server.send("GET", "/search").status()).isEqualTo(200);
      server.limits.find("search").orElseThrow().reset(RequestLimit.userSubject(LOOPBACK));
      assertThat(server.send("GET", "/search", "X-User: " + LOOPBACK).status()).isEqualTo(200);
    }
  }

  @Test
  void a_subject_of_the_applications_own_cannot_be_evaded_by_leaving_it_out(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "reset", 1);
      return RateLimitFilter.builder(limits)
          .route(
              "POST",
              "/reset",
              RequestLimit.by(
                  "reset", request -> Optional.ofNullable(request.getParameter("account"))));
    })) {
      assertThat(server.send("POST", "/reset?account=ada").status()).isEqualTo(200);
      assertThat(server.send("POST", "/reset?account=ada").status()).isEqualTo(429);
      assertThat(server.send("POST", "/reset?account=bob").status()).isEqualTo(200);
      assertThat(server.send("POST", "/reset").status()).isEqualTo(200);
      assertThat(server.send("POST", "/reset?account=").status()).isEqualTo(429);
    }
  }

  @Test
  void a_request_takes_permits_of_all_its_limits_or_of_none(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "wide", 10);
      small(limits, "narrow", 1);
      small(limits, "user", 10);
      return RateLimitFilter.builder(limits)
          .route("*", "/**", byAddress("wide"))
          .route("POST", "/pay", byAddress("narrow").message("One payment."), byUser("user"));
    })) {
      HttpAnswer allowed = server.send("POST", "/pay", "X-User: ada");
      HttpAnswer denied = server.send("POST", "/pay", "X-User: ada");

      assertThat(allowed.field("RateLimit-Policy"))
          .isEqualTo("\"wide\";q=10;w=3600, \"narrow\";q=1;w=3600, \"user\";q=10;w=3600");
      assertThat(denied.status()).isEqualTo(429);
      assertThat(denied.json().get("detail").asString()).isEqualTo("One payment.");
      assertThat(denied.json().get("violated-policies").size()).isEqualTo(1);
      assertThat(denied.field("RateLimit")).contains("\"narrow\";r=0;t=");
      assertThat(remaining(server, "wide", LOOPBACK)).isEqualTo(9);
      assertThat(remaining(server, "user", RequestLimit.userSubject("ada"))).isEqualTo(9);
    }
  }

  @Test
  void no_time_that_is_told_of_a_denied_request_is_later_than_retry_after(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits.limiter("minute").limit(1, Duration.ofMinutes(1)).build();
      limits.limiter("day").limit(100, Duration.ofDays(1)).build();
      return RateLimitFilter.builder(limits)
          .route("*", "/**", byAddress("day"), byAddress("minute"));
    })) {
      assertThat(server.send("GET", "/").status()).isEqualTo(200);

      HttpAnswer denied = server.send("GET", "/");

      String wait = denied.field("Retry-After");
      assertThat(Integer.parseInt(wait)).isBetween(1, 60);
      assertThat(denied.field("RateLimit"))
          .isEqualTo("\"day\";r=99;t=" + wait + ", \"minute\";r=0;t=" + wait);
    }
  }

  @Test
  void only_the_first_route_applies_where_that_is_asked_for(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "login", 5);
      small(limits, "rest", 1);
      return RateLimitFilter.builder(limits)
          .route("*", "/login", byAddress("login"))
          .route("*", "/**", byAddress("rest"))
          .firstRouteOnly();
    })) {
      assertThat(server.send("GET", "/login").status()).isEqualTo(200);
      assertThat(server.send("GET", "/login").status()).isEqualTo(200);
      assertThat(server.send("GET", "/a").status()).isEqualTo(200);
      assertThat(server.send("GET", "/b").status()).isEqualTo(429);
    }
  }

  @Test
  void costs_add_up_where_two_routes_have_the_same_limit(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "api", 10);
      return RateLimitFilter.builder(limits)
          .route("*", "/**", byAddress("api"))
          .route("GET", "/search", byAddress("api").cost(4));
    })) {
      assertThat(server.send("GET", "/search").field("RateLimit")).startsWith("\"api\";r=5;");
      assertThat(server.send("GET", "/").field("RateLimit")).startsWith("\"api\";r=4;");
      HttpAnswer denied = server.send("GET", "/search");
      assertThat(denied.status()).isEqualTo(429);
      assertThat(denied.field("RateLimit")).startsWith("\"api\";r=4;");
      assertThat(denied.json().get("detail").asString())
          .isEqualTo(
              "Too many requests. Ask again in " + denied.field("Retry-After") + " seconds.");
    }
  }

  @Test
  void no_other_way_to_write_a_path_or_method_evades_its_limit(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "login", 1);
      return RateLimitFilter.builder(limits).route("GET", "/login", byAddress("login"));
    })) {
      assertThat(server.send("GET", "/login").status()).isEqualTo(200);
      for (String path : List.of(
          "/login/",
          "/login?x=y",
          "/login;x=y",
          "//login",
          "/./login",
          "/x/../login",
          "/%6Cogin",
          "/%6cogin/",
          "/;x/login")) {
        assertThat(server.send("GET", path).status()).as(path).isEqualTo(429);
        assertThat(server.send("HEAD", path).status()).as("HEAD " + path).isEqualTo(429);
      }
      assertThat(server.send("HEAD", "/login").body()).isEmpty();
      assertThat(server.send("POST", "/login").status()).isEqualTo(200);
    }
  }

  @Test
  void only_what_the_client_requests_is_counted_and_not_where_it_is_dispatched(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "api", 10);
      return RateLimitFilter.builder(limits).route("*", "/**", byAddress("api"));
    })) {
      assertThat(server.send("GET", "/async").status()).isEqualTo(200);
      assertThat(server.send("GET", "/fails").status()).isEqualTo(500);
      assertThat(server.send("GET", "/forwards").status()).isEqualTo(200);
      assertThat(server.send("GET", "/includes").status()).isEqualTo(200);

      assertThat(remaining(server, "api", LOOPBACK)).isEqualTo(6);
    }
  }

  @Test
  void usage_tells_at_which_endpoint_requests_were_denied(RedisNamespace redis) throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "api", 1);
      return RateLimitFilter.builder(limits)
          .route("POST", "/items/*", byAddress("api"))
          .route("*", "/**", byAddress("api"));
    })) {
      assertThat(server.send("GET", "/").status()).isEqualTo(200);
      assertThat(server.send("GET", "/search?q=x").status()).isEqualTo(429);
      assertThat(server.send("POST", "/items/42").status()).isEqualTo(429);
      assertThat(server.send("POST", "/items/43").status()).isEqualTo(429);

      assertThat(server.limits.usage().deniedByEndpoint())
          .containsExactlyInAnyOrderEntriesOf(Map.of("* /**", 1L, "POST /items/*", 2L));
    }
  }

  @Test
  void a_limit_in_shadow_denies_nothing_but_tells_what_it_would_have_said(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      limits.limiter("new").limit(1, Duration.ofHours(1)).shadow().build();
      return RateLimitFilter.builder(limits).route("*", "/**", byAddress("new"));
    })) {
      assertThat(server.send("GET", "/").body()).contains("Allowed[", "shadowed=null");

      HttpAnswer shadowed = server.send("GET", "/");

      assertThat(shadowed.status()).isEqualTo(200);
      assertThat(shadowed.field("RateLimit")).matches("\"new\";r=0;t=[1-9][0-9]*");
      assertThat(shadowed.field("Retry-After")).isEmpty();
      assertThat(shadowed.body()).contains("shadowed=Denied[");
      assertThat(server.application.requests).hasValue(2);
    }
  }

  @Test
  void the_customary_fields_are_sent_where_they_are_asked_for(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "api", 3);
      return RateLimitFilter.builder(limits).route("*", "/**", byAddress("api")).legacyFields();
    })) {
      HttpAnswer answer = server.send("GET", "/");

      assertThat(answer.field("X-RateLimit-Limit")).isEqualTo("3");
      assertThat(answer.field("X-RateLimit-Remaining")).isEqualTo("2");
      assertThat(answer.field("X-RateLimit-Reset")).matches("[0-9]{10}");
    }
  }

  @Test
  void of_many_requests_at_the_same_time_no_more_than_the_limit_get_through(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "api", 20);
      return RateLimitFilter.builder(limits).route("*", "/**", byAddress("api"));
    })) {
      ExecutorService clients = Executors.newFixedThreadPool(16);
      try {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          calls.add(() -> server.send("GET", "/").status());
        }
        int allowed = 0;
        for (Future<Integer> call : clients.invokeAll(calls)) {
          assertThat(call.get()).isIn(200, 429);
          allowed += call.get() == 200 ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(20);
        assertThat(server.application.requests).hasValue(20);
      } finally {
        clients.shutdownNow();
      }
    }
  }

  @Test
  void tiers_are_found_by_their_titles(RedisNamespace redis) throws Exception {
    Function<RateLimits, RateLimitFilterBuilder> all = limits -> {
      RateLimitFilterBuilder builder = RateLimitFilter.builder(limits);
      for (LimitTier tier : LimitTier.values()) {
        builder.route("GET", "/" + tier.title(), byAddress(tier.title()));
      }
      return builder;
    };
    try (LimitedServer server = LimitedServer.start(redis, all)) {
      for (LimitTier tier : LimitTier.values()) {
        assertThat(server.send("GET", "/" + tier.title()).field("RateLimit-Policy"))
            .isEqualTo("\"%s\";q=%d;w=%d"
                .formatted(
                    tier.title(), tier.limit().permits(), tier.limit().window().toSeconds()));
      }
    }
  }

  @Test
  void what_cannot_be_meant_is_refused_when_the_filter_is_built(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = LimitedServer.start(redis, limits -> {
      small(limits, "api", 3);
      return RateLimitFilter.builder(limits).route("*", "/**", byAddress("api"));
    })) {
      RateLimitFilterBuilder builder = RateLimitFilter.builder(server.limits);
      assertThatThrownBy(builder::build).hasMessageContaining("Call route(");
      assertThatThrownBy(() -> builder.route("GET", "/", byAddress("nobody")))
          .hasMessageContaining("no limiter 'nobody'")
          .hasMessageContaining("api-user");
      assertThatThrownBy(() -> builder.route("GET", "/", byAddress("api").cost(4)))
          .hasMessageContaining("would always be denied");
      server.limits.limiter("paced").limit(100, Duration.ofMinutes(1)).paced(5).build();
      assertThatThrownBy(() -> builder.route("GET", "/", byAddress("paced").cost(6)))
          .hasMessageContaining("of which 5 may go at once");
      builder.route("GET", "/", byAddress("paced").cost(5));
      assertThatThrownBy(() -> byAddress("api").cost(0)).hasMessageContaining("1 permit");
      assertThatThrownBy(() -> builder.route("get", "/", byAddress("api")))
          .hasMessageContaining("Write GET, POST, ... or *.");
      assertThatThrownBy(() -> builder.route("GET", "/")).hasMessageContaining("has no limit");
    }
  }

  private static void small(RateLimits limits, String name, long permits) {
    limits.limiter(name).limit(permits, Duration.ofHours(1)).build();
  }

  private static long remaining(LimitedServer server, String limiter, String subject) {
    return server.limits.find(limiter).orElseThrow().peek(subject).remaining();
  }
}
