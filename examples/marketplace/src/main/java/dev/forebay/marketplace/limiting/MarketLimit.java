package dev.forebay.marketplace.limiting;

import dev.forebay.limits.Limit;
import dev.forebay.limits.LimitTier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The limits of this market: most are tiers, which have their figures from Forebay. */
@SuppressWarnings("ImmutableEnumChecker") // records of numbers and durations
public enum MarketLimit {
  SIGN_IN(LimitTier.LOGIN, "Signing in, by address", "Too many attempts to sign in."),
  /** Guesses that come from many addresses count for the account that they are about. */
  SIGN_IN_ACCOUNT(
      "login-account",
      new Limit(20, Duration.ofHours(1)),
      "Signing in, by account",
      "Too many attempts to sign in to this account."),
  SIGN_UP(LimitTier.REGISTRATION, "Signing up", "Too many accounts were opened from here."),
  PASSWORD_RESET(
      LimitTier.PASSWORD_RESET,
      "Asking for a new password",
      "Too many links were asked for. One that works may be in your mail."),
  AUTH(LimitTier.AUTH, "Setting passwords, by address", "Too many attempts."),
  PAYMENT(LimitTier.PAYMENT, "Buying and charging cards", "Too many purchases at once."),
  SEARCH(LimitTier.SEARCH, "Searching", "You search faster than we can find."),
  API_USER(LimitTier.API_USER, "API, by user", "Too many calls of the API."),
  API_ADDRESS(LimitTier.API_ADDRESS, "API, by address", "Too many calls of the API.");

  private final @Nullable LimitTier tier;
  private final String limiter;
  private final Limit limit;
  private final String title;
  private final String message;

  MarketLimit(LimitTier tier, String title, String message) {
    this(tier, tier.title(), tier.limit(), title, message);
  }

  MarketLimit(String limiter, Limit limit, String title, String message) {
    this(null, limiter, limit, title, message);
  }

  MarketLimit(@Nullable LimitTier tier, String limiter, Limit limit, String title, String message) {
    this.tier = tier;
    this.limiter = limiter;
    this.limit = limit;
    this.title = title;
    this.message = message;
  }

  /** Returns the tier; empty for a limit of this market's own. */
  Optional<LimitTier> tier() {
    return Optional.ofNullable(tier);
  }

  /** Returns the name of its limiter. */
  public String limiter() {
    return limiter;
  }

  /** Returns what it allows by itself; settings may say otherwise, and operators. */
  public Limit limit() {
    return limit;
  }

  /** Returns what it limits, for people. */
  public String title() {
    return title;
  }

  /** Returns what who is denied is told. */
  String message() {
    return message;
  }

  /** Returns the limit with a limiter of this name; empty if none has. */
  public static Optional<MarketLimit> of(String limiter) {
    return Arrays.stream(values())
        .filter(known -> known.limiter.equals(limiter))
        .findFirst();
  }

  /** Returns what the limiter of a name limits, for people; its name, if it is none of these. */
  public static String titleOf(String limiter) {
    return of(limiter).map(MarketLimit::title).orElse(limiter);
  }
}
