package dev.forebay.redis;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * XAES-256-GCM: AES-256-GCM under a key that is derived for each message from half of a random
 * 192-bit nonce.
 *
 * <p>Why not AES-GCM with a random 96-bit nonce? NIST SP 800-38D, section 8.3, allows a key 2^32 of
 * those before a repetition, which reveals the authentication key, is more likely than one in 2^32.
 * A cache that writes 10,000 values a second is there in five days, and nobody rotates keys that
 * often. Here the bound is 2^80 messages. A counter would do as well, until a restored snapshot of a
 * machine counts twice.
 *
 * <p>The derivation is the counter-mode KDF of NIST SP 800-108r1 with CMAC, so the whole is built
 * from approved parts.
 *
 * <p>Safe for concurrent use. A few ciphers are kept for reuse, per key and not per thread, of which
 * there may be a million: with those 200 bytes take 0.4 µs to open and 0.8 to 1.6 to seal, instead
 * of 4 to 6 with new ciphers for each message.
 *
 * @see <a href="https://c2sp.org/XAES-256-GCM">C2SP: XAES-256-GCM</a>
 */
final class Xaes256Gcm {

  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 24;
  static final int TAG_BYTES = 16;

  private static final int BLOCK = 16;
  private static final int IDLE_SLOTS = 16;

  private final SecretKeySpec key;
  private final byte[] maskedPrefixes;
  private final AtomicReferenceArray<@Nullable Ciphers> idle =
      new AtomicReferenceArray<>(IDLE_SLOTS);

  /**
   * @param key 32 bytes; copied
   */
  Xaes256Gcm(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("key must have 32 bytes, had " + key.length);
    }
    this.key = new SecretKeySpec(key, "AES");
    try {
      this.maskedPrefixes = maskedPrefixes(new Ciphers(this.key).block);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has AES-GCM", e);
    }
  }

  /**
   * Encrypts {@code plain} and puts the ciphertext and its tag, 16 bytes, into {@code sealed}.
   *
   * @param nonce 24 random bytes that were never used with this key
   * @param context what must be the same when it is opened
   */
  void seal(byte[] nonce, List<ByteBuffer> context, ByteBuffer plain, ByteBuffer sealed) {
    try {
      Ciphers ciphers = borrow();
      Cipher cipher = ciphers.start(Cipher.ENCRYPT_MODE, maskedPrefixes, nonce);
      context.forEach(cipher::updateAAD);
      cipher.doFinal(plain, sealed);
      giveBack(ciphers);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM cannot encrypt " + plain.remaining() + " bytes", e);
    }
  }

  /**
   * Decrypts what {@link #seal} wrote.
   *
   * @param sealed ciphertext and tag, at least 16 bytes
   * @return the plain bytes, or null if the tag does not fit: another key, nonce or context, or
   *     other bytes
   */
  byte @Nullable [] open(byte[] nonce, List<ByteBuffer> context, ByteBuffer sealed) {
    byte[] plain = new byte[sealed.remaining() - TAG_BYTES];
    try {
      Ciphers ciphers = borrow();
      Cipher cipher = ciphers.start(Cipher.DECRYPT_MODE, maskedPrefixes, nonce);
      context.forEach(cipher::updateAAD);
      cipher.doFinal(sealed, ByteBuffer.wrap(plain));
      giveBack(ciphers);
      return plain;
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM cannot decrypt " + plain.length + " bytes", e);
    }
  }

  private Ciphers borrow() throws GeneralSecurityException {
    Ciphers ciphers = idle.getAndSet(slot(), null);
    return ciphers == null ? new Ciphers(key) : ciphers;
  }

  private void giveBack(Ciphers ciphers) {
    idle.lazySet(slot(), ciphers);
  }

  private static int slot() {
    return (int) Thread.currentThread().getId() & (IDLE_SLOTS - 1);
  }

  /**
   * Returns the two blocks whose encryption is the derived key, still without the nonce: {@code
   * 00 01 'X' 00} and {@code 00 02 'X' 00}, masked by the first subkey of CMAC (SP 800-38B, 6.1).
   */
  private static byte[] maskedPrefixes(Cipher block) throws GeneralSecurityException {
    byte[] mask = block.doFinal(new byte[BLOCK]);
    int carry = 0;
    for (int i = BLOCK - 1; i >= 0; i--) {
      int shifted = (mask[i] & 0xFF) << 1 | carry;
      mask[i] = (byte) shifted;
      carry = shifted >> 8;
    }
    mask[BLOCK - 1] ^= (byte) (carry * 0b1000_0111);

    byte[] blocks = {
      0, 1, 'X', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 2, 'X', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    };
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] ^= mask[i % BLOCK];
    }
    return blocks;
  }

  /** The two ciphers that one message needs; used by one thread at a time. */
  private static final class Ciphers {

    private static final int HALF = NONCE_BYTES / 2;

    final Cipher block;
    final Cipher gcm;

    // Single blocks, as the building stone of CMAC: there is no message that could show patterns.
    @SuppressWarnings("InsecureCryptoUsage")
    Ciphers(SecretKeySpec key) throws GeneralSecurityException {
      block = Cipher.getInstance("AES/ECB/NoPadding");
      block.init(Cipher.ENCRYPT_MODE, key);
      gcm = Cipher.getInstance("AES/GCM/NoPadding");
    }

    Cipher start(int mode, byte[] maskedPrefixes, byte[] nonce) throws GeneralSecurityException {
      byte[] blocks = maskedPrefixes.clone();
      for (int i = 0; i < HALF; i++) {
        blocks[BLOCK - HALF + i] ^= nonce[i];
        blocks[2 * BLOCK - HALF + i] ^= nonce[i];
      }
      byte[] derived = block.doFinal(blocks);
      gcm.init(
          mode,
          new SecretKeySpec(derived, "AES"),
          new GCMParameterSpec(8 * TAG_BYTES, nonce, HALF, HALF));
      Arrays.fill(derived, (byte) 0);
      return gcm;
    }
  }
}
