package dev.forebay.redis;

import java.util.Arrays;
import java.util.List;
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
   * Describes a failure, as a clause of one line without its full stop. Of those of several servers,
   * all of a cluster say, the first that tells what to correct.
   *
   * @param failure what Lettuce threw; null if the connection broke as soon as it was made
   */
  String describe(@Nullable Throwable failure) {
    if (failure == null) {
      return lostAtOnce();
    }
    List<Root> roots = rootsOf(failure, false);
    for (Root root : roots) {
      String told = toCorrect(root);
      if (told != null) {
        return told;
      }
    }
    return roots.get(0).text();
  }

  /** What a failure goes back to, and whether TLS stands between. */
  private record Root(Throwable failure, boolean tls) {

    String text() {
      String message = failure.getMessage();
      String text = message == null || message.isBlank() ? failure.toString() : message;
      String line = text.lines().findFirst().orElse(text).strip();
      return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
  }

  private static List<Root> rootsOf(Throwable failure, boolean below) {
    boolean tls = below || failure instanceof SSLException;
    if (failure.getCause() != null) {
      return rootsOf(failure.getCause(), tls);
    }
    // A cluster fails without a cause: it has one for each of its nodes.
    return failure.getSuppressed().length == 0
        ? List.of(new Root(failure, tls))
        : Arrays.stream(failure.getSuppressed())
            .flatMap(suppressed -> rootsOf(suppressed, tls).stream())
            .toList();
  }

  /** Returns what failed and what to correct, or null if no setting is known to be wrong. */
  private @Nullable String toCorrect(Root root) {
    String message = root.text();
    if (message.equals(REASON_MISSED)) {
      return lostAtOnce();
    }
    if (root.tls) {
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
    if (message.contains("cluster support disabled")) {
      return "it is no cluster; write redis:// in " + address.setting();
    }
    if (message.contains("timed out")
        || message.contains("Timeout after")
        || message.startsWith("Connection reset")
        || message.startsWith("Connection closed")) {
      return message + "; " + tlsHint();
    }
    return null;
  }

  private String lostAtOnce() {
    return "the connection was lost at once; " + tlsHint();
  }

  /**
   * Returns whether the server may have said why it closed a connection, but too early for Lettuce to
   * hear it. Another attempt is likely to tell.
   */
  static boolean isReasonMissed(Throwable failure) {
    return rootsOf(failure, false).stream()
        .anyMatch(root -> REASON_MISSED.equals(root.failure.getMessage()));
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
