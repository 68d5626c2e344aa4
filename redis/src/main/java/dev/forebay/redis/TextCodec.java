package dev.forebay.redis;

/**
 * Text as UTF-8, without JSON's quotes and escapes. Text with an unpaired surrogate cannot be
 * written and malformed UTF-8 is not read; neither is replaced by question marks.
 */
public final class TextCodec implements Codec<String> {

  private static final TextCodec INSTANCE = new TextCodec();

  private TextCodec() {}

  /** Returns the codec. */
  public static TextCodec instance() {
    return INSTANCE;
  }

  /** Returns 3. */
  @Override
  public int id() {
    return 3;
  }

  @Override
  public byte[] encode(String value) {
    return StrictUtf8.encode(value);
  }

  @Override
  public String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  @Override
  public String decode(byte[] bytes, int from, int to) {
    return StrictUtf8.decode(bytes, from, to);
  }
}
