package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.CodecException.Reason;
import dev.forebay.redis.spi.Envelope.Meta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the payload; see {@link EnvelopeFormat} for the layout.
 *
 * @param codecId the codec's id
 * @param keyId the key's id, from 1 to 255, or 0 for an envelope that is not encrypted
 * @param originalSize how many bytes the payload has when decompressed, or -1 if it is not
 *     compressed
 * @param length how many bytes the header takes, nonce included; what follows is the payload
 */
record EnvelopeHeader(int codecId, int keyId, long originalSize, Meta meta, int length) {

  static final int VERSION = 1;
  static final int FIXED_BYTES = 3;
  static final int CHECKSUM_BYTES = 4;

  private static final int MAGIC = 0xF8;
  private static final int VERSION_MASK = 0x07;
  private static final int MOMENT_BYTES = 6;

  private static final int SOFT_EXPIRY = 1;
  private static final int HARD_EXPIRY = 1 << 1;
  private static final int LOAD_COST = 1 << 2;
  private static final int EPOCHS = 1 << 3;
  private static final int COMPRESSED = 1 << 4;
  private static final int ENCRYPTED = 1 << 5;
  private static final int UNKNOWN_FLAGS = 0xC0;

  static EnvelopeHeader of(int codecId, int keyId, long originalSize, Meta meta) {
    int length = FIXED_BYTES;
    length += keyId == 0 ? 0 : 1 + Xaes256Gcm.NONCE_BYTES;
    length += meta.softExpiryMillis() == 0 ? 0 : MOMENT_BYTES;
    length += meta.hardExpiryMillis() == 0 ? 0 : MOMENT_BYTES;
    length += meta.loadCostMicros() == 0 ? 0 : varintBytes(meta.loadCostMicros());
    length += originalSize < 0 ? 0 : varintBytes(originalSize);
    if (!meta.epochs().isEmpty()) {
      length++;
      for (String epoch : meta.epochs()) {
        length += 1 + epoch.getBytes(UTF_8).length;
      }
    }
    return new EnvelopeHeader(codecId, keyId, originalSize, meta, length);
  }

  boolean encrypted() {
    return keyId != 0;
  }

  boolean compressed() {
    return originalSize >= 0;
  }

  /** Returns how many bytes stand behind the payload. */
  int trailerBytes() {
    return encrypted() ? Xaes256Gcm.TAG_BYTES : CHECKSUM_BYTES;
  }

  /** Writes the header to the start of {@code bytes}, except for the nonce, its last bytes. */
  void write(byte[] bytes) {
    bytes[0] = (byte) (MAGIC | VERSION);
    bytes[1] = (byte) flags();
    bytes[2] = (byte) codecId;
    int at = FIXED_BYTES;
    if (encrypted()) {
      bytes[at++] = (byte) keyId;
    }
    if (meta.softExpiryMillis() != 0) {
      at = putMoment(bytes, at, meta.softExpiryMillis());
    }
    if (meta.hardExpiryMillis() != 0) {
      at = putMoment(bytes, at, meta.hardExpiryMillis());
    }
    if (meta.loadCostMicros() != 0) {
      at = putVarint(bytes, at, meta.loadCostMicros());
    }
    if (!meta.epochs().isEmpty()) {
      bytes[at++] = (byte) meta.epochs().size();
      for (String epoch : meta.epochs()) {
        byte[] text = epoch.getBytes(UTF_8);
        bytes[at++] = (byte) text.length;
        System.arraycopy(text, 0, bytes, at, text.length);
        at += text.length;
      }
    }
    if (compressed()) {
      putVarint(bytes, at, originalSize);
    }
  }

  /**
   * Returns whether bytes are an encrypted envelope, by their flags alone.
   *
   * @throws CodecException if they are no envelope, or one of another version
   */
  static boolean isEncrypted(byte[] bytes) {
    if (bytes.length < FIXED_BYTES + CHECKSUM_BYTES) {
      throw corrupt(bytes.length + " bytes are too few for a stored value", null);
    }
    if ((bytes[0] & 0xFF & ~VERSION_MASK) != MAGIC) {
      throw corrupt(
          bytes.length + " bytes do not begin like a stored value; another program wrote them, or"
              + " the release did that knew no envelope",
          null);
    }
    int version = bytes[0] & VERSION_MASK;
    if (version != VERSION) {
      throw newer("has version " + version + ", and this release reads version " + VERSION);
    }
    return (bytes[1] & ENCRYPTED) != 0;
  }

  /**
   * Reads the header of an envelope that {@link #isEncrypted} looked at.
   *
   * @throws CodecException if it is malformed, or has parts that this release does not know
   */
  static EnvelopeHeader read(byte[] bytes) {
    int flags = bytes[1] & 0xFF;
    if ((flags & UNKNOWN_FLAGS) != 0) {
      throw newer("has flags 0x" + Integer.toHexString(flags)
          + ", of which this release does not know all");
    }
    Cursor cursor = new Cursor(
        bytes, bytes.length - ((flags & ENCRYPTED) != 0 ? Xaes256Gcm.TAG_BYTES : CHECKSUM_BYTES));
    int codecId = cursor.unsignedByte();
    int keyId = 0;
    if ((flags & ENCRYPTED) != 0) {
      keyId = cursor.unsignedByte();
      if (keyId == 0) {
        throw corrupt("A stored value is encrypted with key 0, which cannot be", null);
      }
    }
    long softExpiry = (flags & SOFT_EXPIRY) != 0 ? cursor.moment() : 0;
    long hardExpiry = (flags & HARD_EXPIRY) != 0 ? cursor.moment() : 0;
    long loadCost = (flags & LOAD_COST) != 0 ? cursor.varint() : 0;
    List<String> epochs = (flags & EPOCHS) != 0 ? cursor.texts() : List.of();
    long originalSize = (flags & COMPRESSED) != 0 ? cursor.varint() : -1;
    if (keyId != 0) {
      cursor.skip(Xaes256Gcm.NONCE_BYTES);
    }
    Meta meta = (flags & (SOFT_EXPIRY | HARD_EXPIRY | LOAD_COST | EPOCHS)) == 0
        ? Meta.NONE
        : new Meta(softExpiry, hardExpiry, loadCost, epochs);
    return new EnvelopeHeader(codecId, keyId, originalSize, meta, cursor.at);
  }

  private int flags() {
    int flags = 0;
    flags |= meta.softExpiryMillis() == 0 ? 0 : SOFT_EXPIRY;
    flags |= meta.hardExpiryMillis() == 0 ? 0 : HARD_EXPIRY;
    flags |= meta.loadCostMicros() == 0 ? 0 : LOAD_COST;
    flags |= meta.epochs().isEmpty() ? 0 : EPOCHS;
    flags |= compressed() ? COMPRESSED : 0;
    flags |= encrypted() ? ENCRYPTED : 0;
    return flags;
  }

  static CodecException corrupt(String problem, @Nullable Throwable cause) {
    return new CodecException(Reason.CORRUPT, problem, cause);
  }

  static CodecException newer(String problem) {
    return new CodecException(
        Reason.NEWER_RELEASE, "A stored value was written by a newer release: it " + problem, null);
  }

  static int varintBytes(long value) {
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }

  private static int putVarint(byte[] bytes, int at, long value) {
    int next = at;
    long rest = value;
    while (rest > 0x7F) {
      bytes[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[next++] = (byte) rest;
    return next;
  }

  private static int putMoment(byte[] bytes, int at, long millis) {
    for (int i = 0; i < MOMENT_BYTES; i++) {
      bytes[at + i] = (byte) (millis >>> (8 * (MOMENT_BYTES - 1 - i)));
    }
    return at + MOMENT_BYTES;
  }

  /** Reads fields one after another and never past the end of what may be header. */
  private static final class Cursor {

    private final byte[] bytes;
    private final int end;
    private int at = 2;

    Cursor(byte[] bytes, int end) {
      this.bytes = bytes;
      this.end = end;
    }

    int unsignedByte() {
      return bytes[skip(1)] & 0xFF;
    }

    long moment() {
      int from = skip(MOMENT_BYTES);
      long millis = 0;
      for (int i = 0; i < MOMENT_BYTES; i++) {
        millis = (millis << 8) | (bytes[from + i] & 0xFF);
      }
      return millis;
    }

    long varint() {
      long value = 0;
      for (int shift = 0; shift < 63; shift += 7) {
        int next = unsignedByte();
        value |= (long) (next & 0x7F) << shift;
        if (next < 0x80) {
          return value;
        }
      }
      throw corrupt("A stored value has a number of more than 63 bits", null);
    }

    List<String> texts() {
      int count = unsignedByte();
      List<String> texts = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        int length = unsignedByte();
        int from = skip(length);
        if (length == 0) {
          throw corrupt("A stored value has an empty epoch", null);
        }
        try {
          texts.add(StrictUtf8.decode(bytes, from, from + length));
        } catch (CodecException e) {
          throw corrupt("A stored value has an epoch that is not UTF-8", e);
        }
      }
      return texts;
    }

    /** Steps over bytes; returns where they begin. */
    int skip(int length) {
      if (length > end - at) {
        throw corrupt("A stored value of " + bytes.length + " bytes ends within its header", null);
      }
      int from = at;
      at += length;
      return from;
    }
  }
}
