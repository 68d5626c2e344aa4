package dev.forebay.redis;

/**
 * Values that are bytes already, stored as they are. Both directions copy: an array that the caller
 * changes later changes nothing that was written, and each reader gets an array of its own.
 */
public final class BytesCodec implements Codec<byte[]> {

  private static final BytesCodec INSTANCE = new BytesCodec();

  private BytesCodec() {}

  /** Returns the codec. */
  public static BytesCodec instance() {
    return INSTANCE;
  }

  /** Returns 2. */
  @Override
  public int id() {
    return 2;
  }

  @Override
  public byte[] encode(byte[] value) {
    return value.clone();
  }

  @Override
  public byte[] decode(byte[] bytes) {
    return bytes.clone();
  }
}
