package dev.forebay.marketplace.limiting;

import static dev.forebay.marketplace.limiting.MarketLimit.API_ADDRESS;
import static dev.forebay.marketplace.limiting.MarketLimit.API_USER;
import static dev.forebay.marketplace.limiting.MarketLimit.AUTH;
import static dev.forebay.marketplace.limiting.MarketLimit.PASSWORD_RESET;
import static dev.forebay.marketplace.limiting.MarketLimit.PAYMENT;
import static dev.forebay.marketplace.limiting.MarketLimit.SEARCH;
import static dev.forebay.marketplace.limiting.MarketLimit.SIGN_IN;
import static dev.forebay.marketplace.limiting.MarketLimit.SIGN_IN_ACCOUNT;
import static dev.forebay.marketplace.limiting.MarketLimit.SIGN_UP;

import dev.forebay.Forebay;
import dev.forebay.http.ClientAddresses;
import dev.forebay.http.ForwardedHeader;
import dev.forebay.limits.RateLimiterBuilder;
import dev.forebay.limits.RateLimits;
import dev.forebay.marketplace.web.RefusalPage;
import dev.forebay.servlet.RateLimitFilter;
import dev.forebay.servlet.RequestLimit;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Which requests have which limits, and for whom they count. */
@Configuration(proxyBeanMethods = false)
class LimitConfiguration {

  /** Behind the filters that tell who has signed in and that a form is our own, before everything that works. */
  private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 30;

  @Bean(destroyMethod = "") // Forebay closes it
  RateLimits rateLimits(Forebay forebay, Environment environment) {
    LimitSettings settings = LimitSettings.read(environment);
    RateLimits limits = forebay.limits();
    for (MarketLimit limit : MarketLimit.values()) {
      if (limit.tier().isEmpty() || settings.permits(limit).isPresent()) {
        build(limits, limit, settings);
      }
    }
    return limits;
  }

  private static void build(RateLimits limits, MarketLimit limit, LimitSettings settings) {
    RateLimiterBuilder limiter =
        limit.tier().map(limits::limiter).orElseGet(() -> limits.limiter(limit.limiter()));
    limiter.limit(settings.limit(limit)).build();
  }

  @Bean
  FilterRegistrationBean<RateLimitFilter> rateLimitFilter(
      RateLimits limits, ClientAddresses addresses, RefusalPage refusals) {
    RateLimitFilter filter = RateLimitFilter.builder(limits)
        .clientAddresses(addresses)
        .refusals(refusals)
        .route("POST", "/sign-in", byAddress(SIGN_IN), byEmail(SIGN_IN_ACCOUNT))
        .route("POST", "/sign-up", byAddress(SIGN_UP))
        .route("POST", "/forgot-password", byEmail(PASSWORD_RESET), byAddress(AUTH))
        .route("POST", "/reset-password", byAddress(AUTH))
        .route("POST", "/items/*/buy", byUser(PAYMENT))
        .route("POST", "/users/*/wallet/credits", byUser(PAYMENT))
        .route("GET", "/", byUser(SEARCH).onlyIf(SearchedWords::isSearch))
        .route("GET", "/api/items", byUser(SEARCH).onlyIf(SearchedWords::isSearch))
        .route(
            "*",
            "/api/**",
            RequestLimit.byUser(API_USER.limiter(), API_ADDRESS.limiter())
                .message(API_USER.message()))
        .build();
    FilterRegistrationBean<RateLimitFilter> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(ORDER);
    return registration;
  }

  /** Behind proxies, {@code marketplace.trusted-proxies} names their networks: who they forward for is then the client. */
  @Bean
  ClientAddresses clientAddresses(Environment environment) {
    String[] proxies =
        environment.getProperty("marketplace.trusted-proxies", String[].class, new String[0]);
    return proxies.length == 0
        ? ClientAddresses.direct()
        : ClientAddresses.builder()
            .trust(proxies)
            .header(ForwardedHeader.X_FORWARDED_FOR)
            .build();
  }

  private static RequestLimit byAddress(MarketLimit limit) {
    return RequestLimit.byAddress(limit.limiter()).message(limit.message());
  }

  private static RequestLimit byUser(MarketLimit limit) {
    return RequestLimit.byUser(limit.limiter()).message(limit.message());
  }

  private static RequestLimit byEmail(MarketLimit limit) {
    return RequestLimit.by(limit.limiter(), Subjects::ofEmail).message(limit.message());
  }
}
