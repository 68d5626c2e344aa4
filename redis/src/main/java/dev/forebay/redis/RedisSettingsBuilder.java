package dev.forebay.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects {@linkplain RedisSettings settings}; not safe for concurrent use. */
public final class RedisSettingsBuilder {

  final Map<Workload, String> ownUris = new EnumMap<>(Workload.class);
  String uri = "redis://127.0.0.1:6379";

  @Nullable
  String username;

  @Nullable
  String password;

  @Nullable
  Boolean tls;

  @Nullable
  Path tlsCertificates;

  boolean enabled = true;

  @Nullable
  String environment;

  @Nullable
  String keyPrefix;

  Availability availability = Availability.OPTIONAL;
  int reconnectAttempts = 10;
  GiveUpHandler giveUpHandler = GiveUpHandler.exit();
  Duration commandTimeout = Duration.ofMillis(500);
  Duration connectTimeout = Duration.ofSeconds(1);
  Duration slowOperation = Duration.ofMillis(100);
  Duration slowLoader = Duration.ofSeconds(1);

  /** By which names the user knows the settings. */
  final Function<Setting, String> names;

  RedisSettingsBuilder() {
    this(Setting::variable);
  }

  RedisSettingsBuilder(Function<Setting, String> names) {
    this.names = names;
  }

  /**
   * Sets where Redis is, for all workloads without an address of their own. {@code
   * redis://127.0.0.1:6379} by default.
   *
   * <p>{@code redis://[user:password@]host[:port][/database]}, {@code
   * redis-sentinel://host:port,host:port[/database]#master} or {@code
   * redis-cluster://host:port,host:port}; {@code rediss} in place of {@code redis} for TLS.
   * Workloads use four databases from the named one on, or from 0; a cluster has one for all.
   */
  public RedisSettingsBuilder uri(String uri) {
    this.uri = Objects.requireNonNull(uri, "uri");
    return this;
  }

  /** Sets where the Redis of one workload is, database included. */
  public RedisSettingsBuilder uri(Workload workload, String uri) {
    ownUris.put(workload, uri);
    return this;
  }

  /** Sets the user to log in as, where the address names none; the server's default user then. */
  public RedisSettingsBuilder username(String username) {
    this.username = username;
    return this;
  }

  /** Sets the password, where the address has none. */
  public RedisSettingsBuilder password(String password) {
    this.password = password;
    return this;
  }

  /**
   * Sets whether every connection uses TLS. By default those to {@code rediss://} addresses do; false
   * beside such an address is refused.
   */
  public RedisSettingsBuilder tls(boolean tls) {
    this.tls = tls;
    return this;
  }

  /**
   * Sets the certificates to trust, as a PEM file; those that Java trusts by default. Refused where no
   * connection uses TLS.
   */
  public RedisSettingsBuilder tlsCertificates(Path file) {
    this.tlsCertificates = file;
    return this;
  }

  /** Sets whether Redis is used at all; true by default. */
  public RedisSettingsBuilder enabled(boolean enabled) {
    this.enabled = enabled;
    return this;
  }

  /** Sets the environment: {@code prod} stands for the key prefix {@code prod_}. */
  public RedisSettingsBuilder environment(String environment) {
    this.environment = environment;
    return this;
  }

  /** Sets what each key begins with: {@code dev_}, {@code prod_}; empty by default. */
  public RedisSettingsBuilder keyPrefix(String keyPrefix) {
    this.keyPrefix = keyPrefix;
    return this;
  }

  /** Sets what the application does without Redis; {@link Availability#OPTIONAL} by default. */
  public RedisSettingsBuilder availability(Availability availability) {
    this.availability = availability;
    return this;
  }

  /** Sets how often a required Redis is tried before giving up: 1 to 1000, 10 by default. */
  public RedisSettingsBuilder reconnectAttempts(int attempts) {
    this.reconnectAttempts = attempts;
    return this;
  }

  /** Sets what happens when a required Redis does not come back; the process exits by default. */
  public RedisSettingsBuilder onGiveUp(GiveUpHandler handler) {
    this.giveUpHandler = handler;
    return this;
  }

  /** Sets how long a caller waits for a reply: 1 ms to 1 min, 500 ms by default. */
  public RedisSettingsBuilder commandTimeout(Duration commandTimeout) {
    this.commandTimeout = commandTimeout;
    return this;
  }

  /** Sets how long one attempt to connect may take: 1 ms to 1 min, 1 s by default. */
  public RedisSettingsBuilder connectTimeout(Duration connectTimeout) {
    this.connectTimeout = connectTimeout;
    return this;
  }

  /**
   * Sets from what time on an answer of Redis is logged as slow: 1 ms to 1 min, 100 ms by default.
   */
  public RedisSettingsBuilder slowOperation(Duration slowOperation) {
    this.slowOperation = slowOperation;
    return this;
  }

  /** Sets from what time on a loader is logged as slow: 1 ms to 1 min, 1 s by default. */
  public RedisSettingsBuilder slowLoader(Duration slowLoader) {
    this.slowLoader = slowLoader;
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
