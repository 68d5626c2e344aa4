package dev.forebay.marketplace.limiting;

import dev.forebay.limits.Limit;
import dev.forebay.redis.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Other figures for some limits: {@code marketplace.limits.search=300} allows 300 searches where 30 are the default. The
 * window stays.
 */
final class LimitSettings {

  private static final String PREFIX = "marketplace.limits";

  private final Map<String, Long> permits = new TreeMap<>();

  private LimitSettings() {}

  static LimitSettings read(Environment environment) {
    LimitSettings settings = new LimitSettings();
    Binder.get(environment)
        .bind(PREFIX, Bindable.mapOf(String.class, Long.class))
        .orElse(Map.of())
        .forEach(settings::set);
    return settings;
  }

  /** Returns how much a limit allows; empty for as much as it does by itself. */
  Optional<Long> permits(MarketLimit limit) {
    return Optional.ofNullable(permits.get(plain(limit.limiter())));
  }

  /** Returns what a limit allows as long as nobody changes it while the market runs. */
  Limit limit(MarketLimit limit) {
    Limit byItself = limit.limit();
    return permits(limit).map(allowed -> Limit.of(allowed, byItself.window())).orElse(byItself);
  }

  private void set(String limiter, Long allowed) {
    String setting = PREFIX + "." + limiter;
    List<MarketLimit> all = List.of(MarketLimit.values());
    if (all.stream().noneMatch(known -> plain(known.limiter()).equals(plain(limiter)))) {
      throw new ConfigurationException(
          setting,
          "names no limit",
          "Name one of " + all.stream().map(MarketLimit::limiter).collect(Collectors.joining(", "))
              + ".");
    }
    if (allowed < 1 || allowed > Limit.MOST_PERMITS) {
      throw new ConfigurationException(
          setting,
          "allows " + allowed,
          "Write how many are allowed, from 1 to " + Limit.MOST_PERMITS + ".");
    }
    permits.put(plain(limiter), allowed);
  }

  /** Environment variables have no hyphens. */
  private static String plain(String limiter) {
    return limiter.replace("-", "");
  }
}
