package dev.forebay.redis;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF with SHA-256: keys for separate purposes from one secret, so that none tells anything about
 * another.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>
 */
final class Hkdf {

  private static final String HMAC = "HmacSHA256";
  private static final int HASH_LENGTH = 32;

  private Hkdf() {}

  /**
   * Extracts and expands.
   *
   * @param salt may be empty, which the RFC defines as 32 zero bytes
   * @param length from 1 to 8160 bytes
   */
  static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
    if (length < 1 || length > 255 * HASH_LENGTH) {
      throw new IllegalArgumentException("length must be from 1 to 8160, was " + length);
    }
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(salt.length == 0 ? new byte[HASH_LENGTH] : salt, HMAC));
      byte[] pseudoRandomKey = mac.doFinal(secret);

      mac.init(new SecretKeySpec(pseudoRandomKey, HMAC));
      byte[] derived = new byte[length];
      byte[] block = new byte[0];
      for (int done = 0, counter = 1; done < length; done += block.length, counter++) {
        mac.update(block);
        mac.update(info);
        mac.update((byte) counter);
        byte[] previous = block;
        block = mac.doFinal();
        Arrays.fill(previous, (byte) 0);
        System.arraycopy(block, 0, derived, done, Math.min(block.length, length - done));
      }
      Arrays.fill(pseudoRandomKey, (byte) 0);
      Arrays.fill(block, (byte) 0);
      return derived;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + HMAC, e);
    }
  }
}
