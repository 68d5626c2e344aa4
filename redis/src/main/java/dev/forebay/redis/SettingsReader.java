package dev.forebay.redis;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads settings from text, under whatever names they have there. */
final class SettingsReader {

  private final Function<Setting, String> nameOf;
  private final Map<String, String> texts;

  SettingsReader(Function<Setting, String> nameOf, Map<String, String> texts) {
    this.nameOf = nameOf;
    this.texts = texts;
  }

  RedisSettings read() {
    RedisSettingsBuilder builder = new RedisSettingsBuilder(nameOf);
    boolean enabled =
        find(Setting.ENABLED).map(text -> truth(Setting.ENABLED, text)).orElse(true);
    builder.enabled(enabled);
    boolean addressed = readAddresses(builder);
    if (enabled && !addressed) {
      throw new ConfigurationException(
          nameOf.apply(Setting.URL),
          "it is not set",
          "Set it to redis://[user:password@]host[:port][/database], or set "
              + nameOf.apply(Setting.ENABLED)
              + "=false to run without Redis.");
    }
    find(Setting.USERNAME).ifPresent(builder::username);
    // As it is: a blank may be a part of it.
    Optional.ofNullable(texts.get(nameOf.apply(Setting.PASSWORD)))
        .filter(text -> !text.isEmpty())
        .ifPresent(builder::password);
    find(Setting.TLS).ifPresent(text -> builder.tls(truth(Setting.TLS, text)));
    find(Setting.TLS_CERTIFICATES).ifPresent(text -> builder.tlsCertificates(path(text)));
    find(Setting.ENVIRONMENT).ifPresent(builder::environment);
    find(Setting.KEY_PREFIX).ifPresent(builder::keyPrefix);
    find(Setting.AVAILABILITY).ifPresent(text -> builder.availability(availability(text)));
    find(Setting.RECONNECT_ATTEMPTS).ifPresent(text -> builder.reconnectAttempts(number(text)));
    find(Setting.COMMAND_TIMEOUT)
        .ifPresent(text -> builder.commandTimeout(duration(Setting.COMMAND_TIMEOUT, text)));
    find(Setting.CONNECT_TIMEOUT)
        .ifPresent(text -> builder.connectTimeout(duration(Setting.CONNECT_TIMEOUT, text)));
    find(Setting.SLOW_OPERATION)
        .ifPresent(text -> builder.slowOperation(duration(Setting.SLOW_OPERATION, text)));
    find(Setting.SLOW_LOADER)
        .ifPresent(text -> builder.slowLoader(duration(Setting.SLOW_LOADER, text)));
    return builder.build();
  }

  /** Returns whether every workload has an address. */
  private boolean readAddresses(RedisSettingsBuilder builder) {
    Optional<String> shared = find(Setting.URL);
    shared.ifPresent(builder::uri);
    boolean all = true;
    for (Workload workload : Workload.values()) {
      Optional<String> own = find(Setting.urlOf(workload));
      own.ifPresent(uri -> builder.uri(workload, uri));
      all &= own.isPresent();
    }
    return shared.isPresent() || all;
  }

  private Optional<String> find(Setting setting) {
    return Optional.ofNullable(texts.get(nameOf.apply(setting)))
        .map(String::trim)
        .filter(text -> !text.isEmpty());
  }

  private boolean truth(Setting setting, String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
        throw refused(setting, "'" + text + "' is neither true nor false", "Use one of the two.");
    };
  }

  private Availability availability(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "optional" -> Availability.OPTIONAL;
      case "required" -> Availability.REQUIRED;
      default ->
        throw refused(
            Setting.AVAILABILITY,
            "'" + text + "' is neither optional nor required",
            "Use one of the two.");
    };
  }

  private int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw refused(
          Setting.RECONNECT_ATTEMPTS,
          "'" + text + "' is not a whole number",
          "Use for example 10.");
    }
  }

  private Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw refused(
          Setting.TLS_CERTIFICATES,
          "'" + text + "' is not a path",
          "Name a PEM file of the certificates to trust.");
    }
  }

  private Duration duration(Setting setting, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    try {
      if (lower.matches("[0-9]{1,9}ms")) {
        return Duration.ofMillis(Long.parseLong(lower.substring(0, lower.length() - 2)));
      }
      if (lower.matches("[0-9]{1,9}s")) {
        return Duration.ofSeconds(Long.parseLong(lower.substring(0, lower.length() - 1)));
      }
      return Duration.parse(text);
    } catch (RuntimeException e) {
      throw refused(
          setting, "'" + text + "' is not a duration", "Use for example 500ms, 2s or PT0.5S.");
    }
  }

  private ConfigurationException refused(Setting setting, String problem, String cure) {
    return new ConfigurationException(nameOf.apply(setting), problem, cure);
  }
}
