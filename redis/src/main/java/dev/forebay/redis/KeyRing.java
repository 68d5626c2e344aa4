package dev.forebay.redis;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that values are encrypted with, each by its id. The first one writes; all of them
 * read. Immutable; it never shows a secret.
 *
 * <p>To rotate without a value that some instance cannot read: append the new secret on every
 * instance ({@code 1:old,2:new}), then move it to the front on every instance ({@code
 * 2:new,1:old}), and drop the old one once all that it wrote has expired. An id is used for one
 * secret only, for ever.
 *
 * <p>Values are not encrypted with a secret itself but with keys derived from it, another one for
 * each purpose. A secret is 32 random bytes, {@code openssl rand -base64 32} say; not a password.
 */
public final class KeyRing {

  /** The environment variable that holds a key ring in the form that {@link #parse} reads. */
  public static final String SETTING = "FOREBAY_ENCRYPTION_KEYS";

  static final String FORM = "Use <id>:<secret>[,<id>:<secret>...], the writing key first, where"
      + " an id is from 1 to 255 and a secret is what `openssl rand -base64 32` prints.";
  static final int SECRET_BYTES = 32;

  private final Map<Integer, byte[]> secrets;
  private final int writingId;

  KeyRing(Map<Integer, byte[]> secrets) {
    if (secrets.isEmpty()) {
      throw new ConfigurationException(SETTING, "there is no key in it", FORM);
    }
    this.secrets = new LinkedHashMap<>(secrets);
    this.writingId = secrets.keySet().iterator().next();
  }

  /** Returns an empty builder; the first key added to it writes. */
  public static KeyRingBuilder builder() {
    return new KeyRingBuilder();
  }

  /**
   * Reads a key ring from the form that fits an environment variable: {@code
   * 2:<secret>,1:<secret>}, the writing key first. A secret is Base64 (of either alphabet, with or
   * without padding) or 64 hexadecimal digits. Spaces around entries are passed over.
   *
   * @param text may be null, as an environment variable that is not set: there is no key in it then
   * @throws ConfigurationException if it has another form, naming the entry and never its secret
   */
  public static KeyRing parse(@Nullable String text) {
    KeyRingBuilder builder = builder();
    String[] entries = text == null || text.isBlank() ? new String[0] : text.split(",", -1);
    for (int i = 0; i < entries.length; i++) {
      String entry = entries[i].strip();
      int colon = entry.indexOf(':');
      // Whatever stands there may be a secret in the wrong place: only its position is told.
      String position = "entry " + (i + 1) + " of " + entries.length;
      if (colon < 0) {
        throw new ConfigurationException(SETTING, position + " has no colon", FORM);
      }
      if (!KeyRingBuilder.ID.matcher(entry.substring(0, colon)).matches()) {
        throw new ConfigurationException(
            SETTING, position + " does not begin with an id from 1 to 255 and a colon", FORM);
      }
      builder.key(Integer.parseInt(entry.substring(0, colon)), entry.substring(colon + 1));
    }
    return builder.build();
  }

  /** Returns the ids of all keys, the writing one first. */
  public List<Integer> ids() {
    return List.copyOf(secrets.keySet());
  }

  /** Returns the id of the key that values are written with. */
  public int writingId() {
    return writingId;
  }

  /** Returns the ids, and nothing of the secrets. */
  @Override
  public String toString() {
    return "KeyRing[writing=" + writingId + ", reading=" + ids() + "]";
  }

  /**
   * Returns 32 bytes derived from a secret for one purpose; other purposes get bytes that tell
   * nothing of these.
   */
  byte[] derive(int id, String purpose) {
    byte[] secret = secrets.get(id);
    if (secret == null) {
      throw new IllegalArgumentException("No key " + id + " in " + this);
    }
    return Hkdf.derive(secret, new byte[0], purpose.getBytes(StandardCharsets.UTF_8), SECRET_BYTES);
  }
}
