package dev.forebay.redis;

import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Says why an attempt to connect failed and, where a setting is wrong, which one to correct, by the
 * names that the user knows.
 */
final class ConnectFailures {

  /** What Lettuce says where a server closes a connection at once, maybe after it told why. */
  private static final String REASON_MISSED = "RedisHandshakeHandler not registered";

  private final RedisSettings settings;
  private final RedisAddress address;

  ConnectFailures(RedisSettings settings, Workload workload) {
    this.settings = settings;
    this.address = settings.addressOf(workload);
  }

  /**
   * Describes a failure, as a clause without its full stop.
   *
   * @param failure what Lettuce threw; null if the connection broke as soon as it was made
   */
  String describe(@Nullable Throwable failure) {
    if (failure == null || isReasonMissed(failure)) {
      return "the connection was lost at once; " + tlsHint();
    }
    boolean tls = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      tls |= cause instanceof SSLException;
    }
    Throwable root = rootOf(failure);
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    if (tls) {
      return "TLS failed (" + message
          + "); see whether the server speaks TLS on this port, and whether "
          + settings.nameOf(Setting.TLS_CERTIFICATES) + " holds its authority";
    }
    if (message.startsWith("WRONGPASS")) {
      return "it refused the user or password; correct them in " + address.setting() + ", "
          + settings.nameOf(Setting.USERNAME) + " or " + settings.nameOf(Setting.PASSWORD);
    }
    if (message.startsWith("NOAUTH")) {
      return "it wants a password; set " + settings.nameOf(Setting.PASSWORD)
          + " (to Redis: sentinels with a password of their own cannot be used)";
    }
    if (message.startsWith("READONLY")) {
      return "it is a replica, which refuses writes; name its master in " + address.setting()
          + ", or the sentinels that know it";
    }
    if (message.contains("DB index is out of range") || message.contains("invalid DB index")) {
      return "it has no such database; name another in " + address.setting();
    }
    if (message.contains("timed out")
        || message.startsWith("Connection reset")
        || message.startsWith("Connection closed")) {
      return message + "; " + tlsHint();
    }
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }

  /**
   * Returns whether the server may have said why it closed a connection, but too early for Lettuce to
   * hear it. Another attempt is likely to tell.
   */
  static boolean isReasonMissed(Throwable failure) {
    return REASON_MISSED.equals(rootOf(failure).getMessage());
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /**
   * Returns what to throw where Redis is required.
   *
   * @param what became of the attempts, as a clause without its full stop
   */
  RedisUnavailableException unreachable(String what) {
    return new RedisUnavailableException(
        "Redis at %s is required, but %s. Start it, or correct %s, or set %s=optional to run without it."
            .formatted(address, what, address.setting(), settings.nameOf(Setting.AVAILABILITY)),
        null);
  }

  private String tlsHint() {
    return "if it speaks TLS, set " + settings.nameOf(Setting.TLS)
        + "=true, if not, write redis:// in " + address.setting() + " and leave that out";
  }
}
