package dev.forebay.redis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Redis, how long to wait for it and what to do without it, for all {@linkplain
 * Workload workloads}. Immutable and valid: building one fails with a {@link ConfigurationException}
 * that names the setting, the value and the cure, and never quotes a password.
 */
public final class RedisSettings {

  private static final Pattern KEY_PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{0,64}");
  private static final Pattern ENVIRONMENT = Pattern.compile("[A-Za-z0-9.-]{1,32}");
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);

  private final Function<Setting, String> names;
  private final Map<Workload, RedisAddress> addresses;
  private final @Nullable Path tlsCertificates;
  private final boolean enabled;
  private final String keyPrefix;
  private final Availability availability;
  private final int reconnectAttempts;
  private final GiveUpHandler giveUpHandler;
  private final Duration commandTimeout;
  private final Duration connectTimeout;
  private final Duration slowOperation;
  private final Duration slowLoader;

  RedisSettings(RedisSettingsBuilder builder) {
    this.names = builder.names;
    this.addresses = addressesOf(builder);
    this.enabled = builder.enabled;
    this.tlsCertificates = requireCertificates(builder, addresses);
    this.keyPrefix = keyPrefixOf(builder);
    this.availability = builder.availability;
    this.reconnectAttempts = requireAttempts(builder);
    this.giveUpHandler = builder.giveUpHandler;
    this.commandTimeout = requireTimeout(builder, Setting.COMMAND_TIMEOUT, builder.commandTimeout);
    this.connectTimeout = requireTimeout(builder, Setting.CONNECT_TIMEOUT, builder.connectTimeout);
    this.slowOperation = requireTimeout(builder, Setting.SLOW_OPERATION, builder.slowOperation);
    this.slowLoader = requireTimeout(builder, Setting.SLOW_LOADER, builder.slowLoader);
  }

  /** Returns a builder with the defaults, for {@code redis://127.0.0.1:6379}. */
  public static RedisSettingsBuilder builder() {
    return new RedisSettingsBuilder();
  }

  /**
   * Reads settings from environment variables; {@code docs/configuration.md} lists them. Variables
   * that are empty count as unset.
   *
   * @param environment as {@link System#getenv()} returns it
   * @throws ConfigurationException if one is malformed, or no address is set while Forebay is
   *     enabled
   */
  public static RedisSettings fromEnvironment(Map<String, String> environment) {
    Setting.warnOfUnknownVariables(environment);
    return new SettingsReader(Setting::variable, environment).read();
  }

  /**
   * Reads settings from properties; {@code docs/configuration.md} lists them. Properties that are
   * empty count as unset, those that begin neither with {@code forebay.} nor {@code redis.} are
   * ignored.
   *
   * @throws ConfigurationException if one is malformed or does not exist, or no address is set
   *     while Forebay is enabled
   */
  public static RedisSettings fromProperties(Map<String, String> properties) {
    Setting.requireKnownProperties(properties);
    return new SettingsReader(Setting::property, properties).read();
  }

  /** Returns by which name the user knows a setting. */
  String nameOf(Setting setting) {
    return names.apply(setting);
  }

  RedisAddress addressOf(Workload workload) {
    RedisAddress address = addresses.get(workload);
    if (address == null) {
      throw new IllegalStateException("No address for " + workload);
    }
    return address;
  }

  /** Returns the address of a workload without its credentials, fit for logs. */
  public String address(Workload workload) {
    return addressOf(workload).toString();
  }

  /** Returns the file of the certificates to trust, in PEM; empty for those that Java trusts. */
  public Optional<Path> tlsCertificates() {
    return Optional.ofNullable(tlsCertificates);
  }

  /** Returns whether Redis is used at all; when not, nothing is connected and features fall back. */
  public boolean enabled() {
    return enabled;
  }

  /** Returns what each key begins with; empty by default. */
  public String keyPrefix() {
    return keyPrefix;
  }

  /** Returns what the application does without Redis. */
  public Availability availability() {
    return availability;
  }

  /** Returns how often a required Redis is tried before giving up; 10 by default. */
  public int reconnectAttempts() {
    return reconnectAttempts;
  }

  /** Returns what happens when a required Redis does not come back. */
  public GiveUpHandler giveUpHandler() {
    return giveUpHandler;
  }

  /** Returns how long a caller waits for a reply; 500 ms by default. */
  public Duration commandTimeout() {
    return commandTimeout;
  }

  /** Returns how long one attempt to connect may take; 1 s by default. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** Returns from what time on an answer of Redis is logged as slow; 100 ms by default. */
  public Duration slowOperation() {
    return slowOperation;
  }

  /** Returns from what time on a loader is logged as slow; 1 s by default. */
  public Duration slowLoader() {
    return slowLoader;
  }

  /** Returns the settings without credentials. */
  @Override
  public String toString() {
    return "RedisSettings[%s, enabled=%s, keyPrefix='%s', availability=%s, commandTimeout=%s, connectTimeout=%s]"
        .formatted(addresses, enabled, keyPrefix, availability, commandTimeout, connectTimeout);
  }

  private static Map<Workload, RedisAddress> addressesOf(RedisSettingsBuilder builder) {
    RedisAddress shared = RedisAddress.parse(builder.names.apply(Setting.URL), builder.uri);
    Map<Workload, RedisAddress> addresses = new EnumMap<>(Workload.class);
    for (Workload workload : Workload.values()) {
      String own = builder.ownUris.get(workload);
      RedisAddress address = own == null
          ? shared.forWorkload(workload)
          : RedisAddress.parse(builder.names.apply(Setting.urlOf(workload)), own);
      addresses.put(workload, address.with(builder));
    }
    return addresses;
  }

  private static String keyPrefixOf(RedisSettingsBuilder builder) {
    if (builder.environment != null) {
      if (!ENVIRONMENT.matcher(builder.environment).matches()) {
        throw new ConfigurationException(
            builder.names.apply(Setting.ENVIRONMENT),
            "'" + builder.environment + "' is not the name of an environment",
            "Use up to 32 letters, digits and . -, for example 'prod': keys then begin with 'prod_'.");
      }
      if (builder.keyPrefix != null) {
        throw new ConfigurationException(
            builder.names.apply(Setting.KEY_PREFIX),
            "there is also the environment '" + builder.environment + "'",
            "Set one of the two: the environment 'prod' stands for the prefix 'prod_'.");
      }
      return builder.environment + "_";
    }
    String prefix = builder.keyPrefix == null ? "" : builder.keyPrefix;
    if (!KEY_PREFIX.matcher(prefix).matches()) {
      throw new ConfigurationException(
          builder.names.apply(Setting.KEY_PREFIX),
          "'" + prefix + "' is not a key prefix",
          "Use up to 64 letters, digits and _ . : -, for example 'prod_'.");
    }
    return prefix;
  }

  private static @Nullable Path requireCertificates(
      RedisSettingsBuilder builder, Map<Workload, RedisAddress> addresses) {
    Path file = builder.tlsCertificates;
    if (file == null) {
      return null;
    }
    if (!Files.isReadable(file)) {
      throw new ConfigurationException(
          builder.names.apply(Setting.TLS_CERTIFICATES),
          "'" + file + "' cannot be read",
          "Name a PEM file of the certificates to trust.");
    }
    if (builder.enabled && addresses.values().stream().noneMatch(RedisAddress::tls)) {
      throw new ConfigurationException(
          builder.names.apply(Setting.TLS_CERTIFICATES),
          "no connection uses TLS, so these certificates would protect nothing",
          "Write rediss:// in the address, or set %s=true, or leave the certificates out."
              .formatted(builder.names.apply(Setting.TLS)));
    }
    return file;
  }

  private static int requireAttempts(RedisSettingsBuilder builder) {
    int attempts = builder.reconnectAttempts;
    if (attempts < 1 || attempts > 1_000) {
      throw new ConfigurationException(
          builder.names.apply(Setting.RECONNECT_ATTEMPTS),
          attempts + " is not from 1 to 1000",
          "Use for example 10, which is some 6 s while the server refuses connections.");
    }
    return attempts;
  }

  private static Duration requireTimeout(
      RedisSettingsBuilder builder, Setting setting, Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new ConfigurationException(
          builder.names.apply(setting),
          "'" + timeout + "' is not from 1 ms to 1 min",
          "Use for example 500ms.");
    }
    return timeout;
  }
}
