package dev.forebay.redis;

import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why an attempt to connect failed and, where a setting is wrong, which one to correct. */
final class ConnectFailure {

  private static final String TLS_HINT = "if it speaks TLS, set " + Setting.TLS.variable()
      + "=true, if not, write redis:// in " + Setting.URL.variable() + " and leave that out";

  private ConnectFailure() {}

  /**
   * Describes a failure, as a clause without its full stop.
   *
   * @param failure what Lettuce threw; null if the connection broke as soon as it was made
   */
  static String describe(@Nullable Throwable failure) {
    if (failure == null) {
      return "the connection was lost at once; " + TLS_HINT;
    }
    Throwable root = failure;
    boolean tls = failure instanceof SSLException;
    while (root.getCause() != null) {
      root = root.getCause();
      tls |= root instanceof SSLException;
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    if (tls) {
      return "TLS failed (" + message
          + "); see whether the server speaks TLS on this port, and whether "
          + Setting.TLS_CERTIFICATES.variable() + " holds its authority";
    }
    if (message.startsWith("WRONGPASS")) {
      return "it refused the user or password; correct them in " + Setting.URL.variable() + ", "
          + Setting.USERNAME.variable() + " or " + Setting.PASSWORD.variable();
    }
    if (message.startsWith("NOAUTH")) {
      return "it wants a password; set " + Setting.PASSWORD.variable()
          + " (to Redis: sentinels with a password of their own cannot be used)";
    }
    if (message.startsWith("READONLY")) {
      return "it is a replica, which refuses writes; name its master in " + Setting.URL.variable()
          + ", or the sentinels that know it";
    }
    if (message.contains("DB index is out of range") || message.contains("invalid DB index")) {
      return "it has no such database; name another in " + Setting.URL.variable();
    }
    if (message.contains("timed out")
        || message.startsWith("Connection reset")
        || message.startsWith("Connection closed")) {
      return message + "; " + TLS_HINT;
    }
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
