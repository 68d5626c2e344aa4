package dev.forebay.redis;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Gathers the keys of a {@link KeyRing}; the first one added writes. Not safe for concurrent use. */
public final class KeyRingBuilder {

  static final Pattern ID = Pattern.compile("[1-9][0-9]{0,2}");
  private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{64}");

  private final Map<Integer, byte[]> secrets = new LinkedHashMap<>();

  KeyRingBuilder() {}

  /**
   * Adds a key.
   *
   * @param id from 1 to 255, stored with each value that the key writes
   * @param secret 32 random bytes; copied
   * @throws ConfigurationException if the id is out of range or taken, or the secret has another
   *     length or is there under another id
   */
  public KeyRingBuilder key(int id, byte[] secret) {
    if (id < 1 || id > 255) {
      throw new ConfigurationException(
          KeyRing.SETTING, "key id " + id + " is not from 1 to 255", KeyRing.FORM);
    }
    if (secret.length != KeyRing.SECRET_BYTES) {
      throw new ConfigurationException(
          KeyRing.SETTING,
          "key " + id + " has " + secret.length + " bytes instead of " + KeyRing.SECRET_BYTES,
          "Make one with `openssl rand -base64 32`.");
    }
    Set<Integer> taken = secrets.keySet();
    if (taken.contains(id)) {
      throw new ConfigurationException(
          KeyRing.SETTING,
          "key id " + id + " is there twice",
          "Give each secret that `openssl rand -base64 32` made an id that was never used.");
    }
    secrets.forEach((otherId, other) -> {
      if (MessageDigest.isEqual(other, secret)) {
        throw new ConfigurationException(
            KeyRing.SETTING,
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
  public KeyRingBuilder key(int id, String secret) {
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
          KeyRing.SETTING,
          "the secret of key " + id + ", " + secret.length()
              + " characters, is neither Base64 nor 64 hexadecimal digits",
          "Make one with `openssl rand -base64 32`.");
    }
  }
}
