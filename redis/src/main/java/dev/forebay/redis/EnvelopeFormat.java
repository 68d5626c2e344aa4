package dev.forebay.redis;

import static dev.forebay.redis.EnvelopeHeader.corrupt;

import dev.forebay.redis.CodecException.Reason;
import dev.forebay.redis.spi.Envelope;
import dev.forebay.redis.spi.WireFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The one wire format there is so far. A plain value costs one copy of its encoded bytes when
 * written and, with a codec that reads in place, none when read.
 */
final class EnvelopeFormat<V> implements WireFormat<V> {

  /*
   * Version 1 of the envelope. Numbers are big-endian; a varint has seven bits a byte, lowest first.
   *
   *   bytes   field              there if
   *   1       0xF8 | version     always. UTF-8 has no such byte, so no text can be mistaken for it
   *   1       flags              always
   *   1       codec id           always
   *   1       key id             ENCRYPTED   0x20
   *   6       soft expiry        SOFT_EXPIRY 0x01   ms since epoch
   *   6       hard expiry        HARD_EXPIRY 0x02   ms since epoch
   *   1..9    load cost          LOAD_COST   0x04   varint, microseconds
   *   1+n*m   epochs             EPOCHS      0x08   count; then each: length in bytes, UTF-8
   *   1..5    original size      COMPRESSED  0x10   varint, bytes; the payload is an LZ4 block
   *   24      nonce              ENCRYPTED
   *   ...     payload            always             encoded, then compressed, then encrypted
   *   4       CRC-32C            not ENCRYPTED      over everything before it
   *   16      GCM tag            ENCRYPTED          over everything before it, and the Redis key
   *
   * So a plain value costs 7 bytes, an encrypted one 44. Flags 0x40 and 0x80 are free; a reader
   * refuses what it does not know.
   *
   * The checksum finds accidents: every error of up to 3 bits in a value below 256 MiB, every burst
   * of up to 32 bits, all but one in 2^32 of the others (Koopman, 32-Bit Cyclic Redundancy Codes
   * for Internet Applications, DSN 2002). It stops no attacker; for that there is the tag. Whoever
   * can write to Redis could replace an encrypted value by a plain one, so where keys are configured
   * plain values are refused. What remains to him is to delete a value, or to put back an older one
   * of the same key.
   */

  private final Codec<V> codec;
  private final Compression compression;
  private final @Nullable EnvelopeKeys keys;
  private final Consumer<byte[]> nonces;

  EnvelopeFormat(
      Codec<V> codec,
      Compression compression,
      @Nullable EnvelopeKeys keys,
      Consumer<byte[]> nonces) {
    this.codec = codec;
    this.compression = compression;
    this.keys = keys;
    this.nonces = nonces;
  }

  @Override
  public byte[] write(String key, V value, Envelope.Meta meta) {
    byte[] payload = encode(value);
    int length = payload.length;
    long originalSize = -1;
    if (compression.tries(length)) {
      byte[] room = Lz4.roomFor(length);
      int compressed = Lz4.compress(payload, room);
      if (compressed + EnvelopeHeader.varintBytes(length) <= length - length / 10) {
        originalSize = length;
        payload = room;
        length = compressed;
      }
    }
    int keyId = keys == null ? 0 : keys.writingId();
    EnvelopeHeader header = EnvelopeHeader.of(codec.id(), keyId, originalSize, meta);
    byte[] envelope = new byte[Math.addExact(header.length() + header.trailerBytes(), length)];
    header.write(envelope);
    if (keys == null) {
      System.arraycopy(payload, 0, envelope, header.length(), length);
      putInt(envelope, envelope.length - 4, checksum(envelope));
    } else {
      byte[] nonce = new byte[Xaes256Gcm.NONCE_BYTES];
      nonces.accept(nonce);
      System.arraycopy(nonce, 0, envelope, header.length() - nonce.length, nonce.length);
      keys.writing()
          .seal(
              nonce,
              context(key, envelope, header),
              ByteBuffer.wrap(payload, 0, length),
              sealedPart(envelope, header));
    }
    return envelope;
  }

  @Override
  public Envelope<V> read(String key, byte[] bytes) {
    boolean encrypted = EnvelopeHeader.isEncrypted(bytes);
    if (!encrypted && checksum(bytes) != getInt(bytes, bytes.length - 4)) {
      throw corrupt("A stored value of " + bytes.length + " bytes fails its checksum", null);
    }
    EnvelopeHeader header = EnvelopeHeader.read(bytes);
    byte[] payload = bytes;
    int from = header.length();
    int to = bytes.length - header.trailerBytes();
    if (encrypted) {
      payload = open(key, bytes, header);
      from = 0;
      to = payload.length;
    } else if (keys != null) {
      throw corrupt(
          "A stored value is not encrypted, and where keys are configured only encrypted values are"
              + " trusted. It is older than the keys, or somebody planted it",
          null);
    }
    requireCodec(header.codecId());
    if (header.compressed()) {
      payload = Lz4.decompress(payload, from, to, header.originalSize(), compression.largest());
      from = 0;
      to = payload.length;
    }
    return new Envelope<>(decode(payload, from, to), header.meta());
  }

  private byte[] open(String key, byte[] bytes, EnvelopeHeader header) {
    if (keys == null) {
      throw new CodecException(
          Reason.UNKNOWN_KEY,
          "A value is encrypted with key " + header.keyId() + ", and no keys are configured here."
              + " Set " + KeyRing.SETTING + ".",
          null);
    }
    byte[] nonce =
        Arrays.copyOfRange(bytes, header.length() - Xaes256Gcm.NONCE_BYTES, header.length());
    byte[] plain =
        keys.of(header.keyId()).open(nonce, context(key, bytes, header), sealedPart(bytes, header));
    if (plain == null) {
      throw corrupt(
          "A stored value of " + bytes.length + " bytes is not what key " + header.keyId()
              + " encrypted for this Redis key and purpose: it was damaged or copied, or another"
              + " secret goes by that id here",
          null);
    }
    return plain;
  }

  /** What a ciphertext is bound to. The header tells its own length, so the parts cannot shift. */
  private static List<ByteBuffer> context(String key, byte[] envelope, EnvelopeHeader header) {
    return List.of(
        ByteBuffer.wrap(envelope, 0, header.length()),
        ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
  }

  private static ByteBuffer sealedPart(byte[] envelope, EnvelopeHeader header) {
    return ByteBuffer.wrap(envelope, header.length(), envelope.length - header.length());
  }

  private void requireCodec(int id) {
    if (id == codec.id()) {
      return;
    }
    if (id > TextCodec.instance().id() && id < 64) {
      throw EnvelopeHeader.newer("has codec " + id);
    }
    throw new CodecException(
        Reason.OTHER_CODEC,
        "A value was written by codec " + id + " and is read by codec " + codec.id()
            + ". Give a cache or queue a new name when its codec changes.",
        null);
  }

  private byte[] encode(V value) {
    try {
      return codec.encode(value);
    } catch (CodecException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CodecException("Codec " + codec.id() + " failed to write a value", e);
    }
  }

  private V decode(byte[] payload, int from, int to) {
    try {
      return codec.decode(payload, from, to);
    } catch (CodecException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CodecException(
          "Codec " + codec.id() + " failed to read " + (to - from) + " bytes", e);
    }
  }

  private static int checksum(byte[] envelope) {
    CRC32C crc = new CRC32C();
    crc.update(envelope, 0, envelope.length - EnvelopeHeader.CHECKSUM_BYTES);
    return (int) crc.getValue();
  }

  private static void putInt(byte[] bytes, int at, int value) {
    ByteBuffer.wrap(bytes).putInt(at, value);
  }

  private static int getInt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).getInt(at);
  }
}
