package dev.forebay.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

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

  private static final String FORM = "Use <id>:<secret>[,<id>:<secret>...], newest first, where an"
      + " id is from 1 to 255 and a secret is what `openssl rand -base64 32` prints.";
  private static final int SECRET_BYTES = 32;

  private final Map<Integer, byte[]> secrets;
  private final int writingId;

  private KeyRing(Map<Integer, byte[]> secrets) {
    if (secrets.isEmpty()) {
      throw new ConfigurationException(SETTING, "there is no key in it", FORM);
    }
    this.secrets = new LinkedHashMap<>(secrets);
    this.writingId = secrets.keySet().iterator().next();
  }

  /** Returns an empty builder; the first key added to it writes. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads a key ring from the form that fits an environment variable: {@code
   * 2:<secret>,1:<secret>}, the writing key first. A secret is Base64 (of either alphabet, with or
   * without padding) or 64 hexadecimal digits. Spaces around entries are passed over.
   *
   * @throws ConfigurationException if it has another form, naming the entry and never its secret
   */
  public static KeyRing parse(String text) {
    Builder builder = builder();
    String[] entries = text.isBlank() ? new String[0] : text.split(",", -1);
    for (int i = 0; i < entries.length; i++) {
      String entry = entries[i].strip();
      int colon = entry.indexOf(':');
      // Whatever stands there may be a secret in the wrong place: only its position is told.
      String position = "entry " + (i + 1) + " of " + entries.length;
      if (colon < 0) {
        throw new ConfigurationException(SETTING, position + " has no colon", FORM);
      }
      if (!Builder.ID.matcher(entry.substring(0, colon)).matches()) {
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

  /** Gathers keys; the first one added writes. Not safe for concurrent use. */
  public static final class Builder {

    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,2}");
    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{64}");

    private final Map<Integer, byte[]> secrets = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a key.
     *
     * @param id from 1 to 255, stored with each value that the key writes
     * @param secret 32 random bytes; copied
     * @throws ConfigurationException if the id is out of range or taken, or the secret has another
     *     length or is there under another id
     */
    public Builder key(int id, byte[] secret) {
      if (id < 1 || id > 255) {
        throw new ConfigurationException(SETTING, "key id " + id + " is not from 1 to 255", FORM);
      }
      if (secret.length != SECRET_BYTES) {
        throw new ConfigurationException(
            SETTING,
            "key " + id + " has " + secret.length + " bytes instead of " + SECRET_BYTES,
            "Make one with `openssl rand -base64 32`.");
      }
      Set<Integer> taken = secrets.keySet();
      if (taken.contains(id)) {
        throw new ConfigurationException(
            SETTING,
            "key id " + id + " is there twice",
            "Give each secret that `openssl rand -base64 32` made an id that was never used.");
      }
      secrets.forEach((otherId, other) -> {
        if (MessageDigest.isEqual(other, secret)) {
          throw new ConfigurationException(
              SETTING,
              "keys " + otherId + " and " + id + " have the same secret",
              "Make a new one with `openssl rand -base64 32`.");
        }
      });
      secrets.put(id, secret.clone());
      return this;
    }

    /**
     * Adds a key.
     *
     * @param id from 1 to 255, stored with each value that the key writes
     * @param secret 32 random bytes as Base64, of either alphabet, with or without padding, or as
     *     64 hexadecimal digits
     * @throws ConfigurationException as for bytes, and if the text is neither
     */
    public Builder key(int id, String secret) {
      return key(id, decode(id, secret));
    }

    /**
     * Returns the key ring.
     *
     * @throws ConfigurationException if no key was added
     */
    public KeyRing build() {
      return new KeyRing(secrets);
    }

    private static byte[] decode(int id, String secret) {
      if (HEX.matcher(secret).matches()) {
        return HexFormat.of().parseHex(secret);
      }
      try {
        return Base64.getDecoder().decode(secret.replace('-', '+').replace('_', '/'));
      } catch (IllegalArgumentException e) {
        // The decoder's message quotes characters of the secret.
        throw new ConfigurationException(
            SETTING,
            "the secret of key " + id + ", " + secret.length()
                + " characters, is neither Base64 nor 64 hexadecimal digits",
            "Make one with `openssl rand -base64 32`.");
      }
    }
  }
}
