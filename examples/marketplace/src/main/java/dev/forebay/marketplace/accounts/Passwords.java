package dev.forebay.marketplace.accounts;

import dev.forebay.marketplace.catalog.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Hashes passwords and checks them. A hash names its algorithm, so that a better one can come: old hashes stay good, and
 * are replaced when their owner signs in. Safe for concurrent use.
 */
@Component
class Passwords {

  static final int FEWEST_CHARACTERS = 8;
  /** bcrypt passes over what comes after these: two long passwords that begin alike would be one. */
  static final int MOST_BYTES = 72;

  private static final String FIELD = "password";
  private static final String ALGORITHM = "bcrypt";

  private final PasswordEncoder encoder =
      new DelegatingPasswordEncoder(ALGORITHM, Map.of(ALGORITHM, new BCryptPasswordEncoder()));
  private final String hashOfNobody = hashed(Tokens.next());

  /**
   * Returns the hash of a new password. Takes some 50 ms of a processor on purpose.
   *
   * @throws InvalidInput if it is too short, or longer than the algorithm reads
   */
  String hash(String password) {
    int characters = password.codePointCount(0, password.length());
    if (characters == 0) {
      throw new InvalidInput(FIELD, "Choose a password.");
    }
    if (characters < FEWEST_CHARACTERS) {
      throw new InvalidInput(
          FIELD,
          "The password has %d characters. Use %d or more: a few words are easy to keep in mind."
              .formatted(characters, FEWEST_CHARACTERS));
    }
    int bytes = bytes(normal(password));
    if (bytes > MOST_BYTES) {
      throw new InvalidInput(
          FIELD,
          "The password has %d bytes, more than %d. Use a shorter one; letters beyond A to Z take two to four bytes each."
              .formatted(bytes, MOST_BYTES));
    }
    return hashed(normal(password));
  }

  /** Returns whether it is the password of that hash. Takes as long where there is none, null, to compare with. */
  boolean matches(String password, @Nullable String hash) {
    String typed = normal(password);
    boolean readable = bytes(typed) <= MOST_BYTES && !typed.isEmpty();
    boolean same = encoder.matches(readable ? typed : "-", hash == null ? hashOfNobody : hash);
    return same && readable && hash != null;
  }

  /** Returns whether a hash should be made anew, now that its password is known. */
  boolean isOutdated(String hash) {
    return encoder.upgradeEncoding(hash);
  }

  private String hashed(String password) {
    return String.valueOf(encoder.encode(password));
  }

  /** One spelling for what looks the same, whichever keyboard wrote it. */
  private static String normal(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
