package dev.forebay.limits;

import dev.forebay.redis.spi.KeyTemplate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The names of this module's Redis keys. The only place that makes them.
 *
 * <pre>
 *   &lt;prefix>#limit:{&lt;subject>}:&lt;limiter>     the state of a limit; all limits of a subject in one slot
 *   &lt;prefix>#held:{&lt;subject>}:&lt;limiter>      who holds permits of a concurrency limit
 *   &lt;prefix>#limits:{all}:news                  a channel
 *   &lt;prefix>#limits:{all}:version               hash: the number of the latest change of limits and lists, its generation
 *   &lt;prefix>#limits:{all}:returns               stream: of which subjects permits came back, the latest
 *   &lt;prefix>#limits:{all}:rules                 hash: limiter -> its limit, if it was changed
 *   &lt;prefix>#limits:{all}:listed                zset: subject, escaped -> until when it is blocked, or that it is allowed
 *   &lt;prefix>#limits:{all}:alive                 zset: instance -> until when it counts as alive
 *   &lt;prefix>#limit-usage:{&lt;limiter>}            hash: what all instances counted, summed
 *   &lt;prefix>#limit-usage:{&lt;limiter>}:offenders  zset: subject -> how often it was denied
 *   &lt;prefix>#limit-usage:{&lt;limiter>}:subjects   string: a HyperLogLog of its subjects
 *   &lt;prefix>#limit-usage:{&lt;limiter>}:flush:&lt;instance>  string: the guard against adding one flush twice
 * </pre>
 *
 * <p>In place of a subject stands its text, escaped; of one longer than {@value #LONGEST_SUBJECT}
 * bytes its SHA-256, so that nobody fills the memory of Redis by a long name. No two subjects have one
 * name, whatever their characters.
 */
final class LimitKeys {

  static final int LONGEST_SUBJECT = 128;

  private final String states;
  private final String holders;
  private final String settings;
  private final String usage;

  /** @param prefix of all keys of the application */
  LimitKeys(String prefix) {
    this.states = prefix + "#limit:{";
    this.holders = prefix + "#held:{";
    this.settings = prefix + "#limits:{all}:";
    this.usage = prefix + "#limit-usage:{";
  }

  String stateOf(String limiter, String subject) {
    return states + nameOf(subject) + "}:" + limiter;
  }

  String holdersOf(String limiter, String subject) {
    return holders + nameOf(subject) + "}:" + limiter;
  }

  /** Returns the channel on which instances tell each other what is new. */
  String newsChannel() {
    return settings + "news";
  }

  String version() {
    return settings + "version";
  }

  String returns() {
    return settings + "returns";
  }

  String rules() {
    return settings + "rules";
  }

  String listed() {
    return settings + "listed";
  }

  String alive() {
    return settings + "alive";
  }

  /** @param account a limiter, or what else is summed */
  String usage(String account) {
    return usage + account + "}";
  }

  String offenders(String account) {
    return usage(account) + ":offenders";
  }

  String subjects(String account) {
    return usage(account) + ":subjects";
  }

  String flush(String account, String instance) {
    return usage(account) + ":flush:" + instance;
  }

  /**
   * Returns a subject as instances remember it, so that long ones fill no memory: itself up to {@value
   * #LONGEST_SUBJECT} characters, else a digest that is longer, so that it is no other subject.
   */
  static String shortened(String subject) {
    return subject.length() <= LONGEST_SUBJECT ? subject : digestOf(subject).repeat(3);
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
      // No charset, as each replaces a surrogate that lacks its other half.
      ByteBuffer characters = ByteBuffer.allocate(Character.BYTES * subject.length());
      characters.asCharBuffer().put(subject);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(characters.array());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
