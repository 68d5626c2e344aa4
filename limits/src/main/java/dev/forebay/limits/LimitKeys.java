package dev.forebay.limits;

import dev.forebay.redis.spi.KeyTemplate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The names of this module's Redis keys. The only place that makes them.
 *
 * <pre>
 *   &lt;prefix>#limit:{&lt;subject>}:&lt;limiter>  the state of a limit; all limits of a subject in one slot
 *   &lt;prefix>#held:{&lt;subject>}:&lt;limiter>   who holds permits of a concurrency limit
 * </pre>
 *
 * <p>In place of a subject stands its text, escaped; of one longer than {@value #LONGEST_SUBJECT}
 * bytes its SHA-256, so that nobody fills the memory of Redis by a long name.
 */
final class LimitKeys {

  static final int LONGEST_SUBJECT = 128;

  private final String states;
  private final String holders;

  /** @param prefix of all keys of the application */
  LimitKeys(String prefix) {
    this.states = prefix + "#limit:{";
    this.holders = prefix + "#held:{";
  }

  String stateOf(String limiter, String subject) {
    return states + nameOf(subject) + "}:" + limiter;
  }

  String holdersOf(String limiter, String subject) {
    return holders + nameOf(subject) + "}:" + limiter;
  }

  private static String nameOf(String subject) {
    // No escaped character has fewer bytes than it had, so what is long before is so after.
    if (subject.length() <= LONGEST_SUBJECT) {
      String escaped = KeyTemplate.escape(subject);
      if (escaped.getBytes(StandardCharsets.UTF_8).length <= LONGEST_SUBJECT) {
        return escaped;
      }
    }
    return "%~" + digestOf(subject);
  }

  private static String digestOf(String subject) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(subject.getBytes(StandardCharsets.UTF_16BE));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
