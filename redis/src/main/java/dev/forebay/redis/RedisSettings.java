package dev.forebay.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How to reach Redis and how long to wait for it. Immutable and valid: building one fails with a
 * {@link ConfigurationException} that names the setting, the value and the cure.
 */
public final class RedisSettings {

  private static final Pattern KEY_PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{0,64}");
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);

  private final URI uri;
  private final boolean enabled;
  private final String keyPrefix;
  private final Duration commandTimeout;
  private final Duration connectTimeout;

  private RedisSettings(Builder builder) {
    this.uri = parseUri(builder.uriSetting, builder.uri);
    this.enabled = builder.enabled;
    this.keyPrefix = builder.keyPrefix;
    this.commandTimeout = requireTimeout("FOREBAY_COMMAND_TIMEOUT", builder.commandTimeout);
    this.connectTimeout = requireTimeout("FOREBAY_CONNECT_TIMEOUT", builder.connectTimeout);
    if (!KEY_PREFIX.matcher(keyPrefix).matches()) {
      throw new ConfigurationException(
          "FOREBAY_KEY_PREFIX",
          "'" + keyPrefix + "' is not a key prefix",
          "Use up to 64 letters, digits and _ . : -, for example 'prod_'.");
    }
  }

  /** Returns a builder with the defaults, for {@code redis://127.0.0.1:6379}. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads settings from environment variables: {@code REDIS_URL}, {@code FOREBAY_ENABLED}, {@code
   * FOREBAY_KEY_PREFIX}, {@code FOREBAY_COMMAND_TIMEOUT} and {@code FOREBAY_CONNECT_TIMEOUT} (each
   * {@code 500ms}, {@code 2s} or ISO {@code PT0.5S}). Variables that are empty count as unset.
   *
   * @param environment as {@link System#getenv()} returns it
   * @throws ConfigurationException if one is malformed, or {@code REDIS_URL} is missing while
   *     Forebay is enabled
   */
  public static RedisSettings fromEnvironment(Map<String, String> environment) {
    Builder builder = builder();
    String enabled = environment.getOrDefault("FOREBAY_ENABLED", "");
    if (!enabled.isEmpty()) {
      builder.enabled(parseBoolean(enabled));
    }
    String url = environment.getOrDefault("REDIS_URL", "");
    if (!url.isEmpty()) {
      builder.uriSetting = "REDIS_URL";
      builder.uri(url);
    } else if (builder.enabled) {
      throw new ConfigurationException(
          "REDIS_URL",
          "it is not set",
          "Set it to redis://[user:password@]host[:port][/database], or set FOREBAY_ENABLED=false to run without a cache.");
    }
    String prefix = environment.getOrDefault("FOREBAY_KEY_PREFIX", "");
    if (!prefix.isEmpty()) {
      builder.keyPrefix(prefix);
    }
    String commandTimeout = environment.getOrDefault("FOREBAY_COMMAND_TIMEOUT", "");
    if (!commandTimeout.isEmpty()) {
      builder.commandTimeout(parseDuration("FOREBAY_COMMAND_TIMEOUT", commandTimeout));
    }
    String connectTimeout = environment.getOrDefault("FOREBAY_CONNECT_TIMEOUT", "");
    if (!connectTimeout.isEmpty()) {
      builder.connectTimeout(parseDuration("FOREBAY_CONNECT_TIMEOUT", connectTimeout));
    }
    return builder.build();
  }

  /** Returns the server's address, credentials included. */
  public URI uri() {
    return uri;
  }

  /** Returns whether Redis is used at all; when not, nothing is connected and features fall back. */
  public boolean enabled() {
    return enabled;
  }

  /** Returns what each key begins with; empty by default. */
  public String keyPrefix() {
    return keyPrefix;
  }

  /** Returns how long a caller waits for a reply; 500 ms by default. */
  public Duration commandTimeout() {
    return commandTimeout;
  }

  /** Returns how long one attempt to connect may take; 2 s by default. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** Returns the address without its credentials, fit for logs. */
  public String address() {
    String database = uri.getPath().length() > 1 ? uri.getPath() : "";
    return uri.getScheme() + "://" + uri.getHost() + ":" + port() + database;
  }

  int port() {
    return uri.getPort() < 0 ? 6379 : uri.getPort();
  }

  /** Returns the settings without credentials. */
  @Override
  public String toString() {
    return "RedisSettings[%s, enabled=%s, keyPrefix='%s', commandTimeout=%s, connectTimeout=%s]"
        .formatted(address(), enabled, keyPrefix, commandTimeout, connectTimeout);
  }

  private static URI parseUri(String setting, String text) {
    String cure = "Use redis://[user:password@]host[:port][/database], or rediss:// for TLS;"
        + " percent-encode special characters in the password.";
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new ConfigurationException(setting, "'" + mask(text) + "' is not a URL", cure);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw new ConfigurationException(
          setting, "'" + mask(text) + "' does not begin with redis:// or rediss://", cure);
    }
    if (uri.getHost() == null) {
      throw new ConfigurationException(setting, "'" + mask(text) + "' names no host", cure);
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new ConfigurationException(
          setting, "port " + uri.getPort() + " is not from 1 to 65535", cure);
    }
    if (!uri.getPath().matches("/?|/[0-9]{1,4}")) {
      throw new ConfigurationException(
          setting, "'" + uri.getPath() + "' is not the number of a database", cure);
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new ConfigurationException(
          setting, "'" + mask(text) + "' has parameters after the address", cure);
    }
    return uri;
  }

  /** Hides everything that may be a password, also in text that is no URL. */
  private static String mask(String text) {
    int end = text.lastIndexOf('@');
    int scheme = text.indexOf("://");
    if (end < 0) {
      return text;
    }
    return (scheme >= 0 && scheme < end ? text.substring(0, scheme + 3) : "")
        + "***"
        + text.substring(end);
  }

  private static Duration requireTimeout(String setting, Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new ConfigurationException(
          setting, "'" + timeout + "' is not from 1 ms to 1 min", "Use for example 500ms.");
    }
    return timeout;
  }

  private static boolean parseBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
        throw new ConfigurationException(
            "FOREBAY_ENABLED", "'" + text + "' is neither true nor false", "Use one of the two.");
    };
  }

  private static Duration parseDuration(String setting, String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    try {
      if (lower.matches("[0-9]{1,9}ms")) {
        return Duration.ofMillis(Long.parseLong(lower.substring(0, lower.length() - 2)));
      }
      if (lower.matches("[0-9]{1,9}s")) {
        return Duration.ofSeconds(Long.parseLong(lower.substring(0, lower.length() - 1)));
      }
      return Duration.parse(text.trim());
    } catch (RuntimeException e) {
      throw new ConfigurationException(
          setting, "'" + text + "' is not a duration", "Use for example 500ms, 2s or PT0.5S.");
    }
  }

  /** Collects settings; not safe for concurrent use. */
  public static final class Builder {

    private String uriSetting = "uri";
    private String uri = "redis://127.0.0.1:6379";
    private boolean enabled = true;
    private String keyPrefix = "";
    private Duration commandTimeout = Duration.ofMillis(500);
    private Duration connectTimeout = Duration.ofSeconds(2);

    private Builder() {}

    /**
     * Sets where Redis is: {@code redis://[user:password@]host[:port][/database]}, or {@code
     * rediss://} for TLS. {@code redis://127.0.0.1:6379} by default.
     */
    public Builder uri(String uri) {
      this.uri = uri;
      return this;
    }

    /** Sets whether Redis is used at all; true by default. */
    public Builder enabled(boolean enabled) {
      this.enabled = enabled;
      return this;
    }

    /** Sets what each key begins with: {@code dev_}, {@code prod_}; empty by default. */
    public Builder keyPrefix(String keyPrefix) {
      this.keyPrefix = keyPrefix;
      return this;
    }

    /** Sets how long a caller waits for a reply: 1 ms to 1 min, 500 ms by default. */
    public Builder commandTimeout(Duration commandTimeout) {
      this.commandTimeout = commandTimeout;
      return this;
    }

    /** Sets how long one attempt to connect may take: 1 ms to 1 min, 2 s by default. */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = connectTimeout;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws ConfigurationException if one cannot be used
     */
    public RedisSettings build() {
      return new RedisSettings(this);
    }
  }
}
