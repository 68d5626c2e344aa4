package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** UTF-8 that refuses what the methods of {@link String} replace in silence. */
final class StrictUtf8 {

  private static final char REPLACEMENT = '\uFFFD';

  private StrictUtf8() {}

  /**
   * @throws CodecException if the text has an unpaired surrogate
   */
  static byte[] encode(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair = Character.isHighSurrogate(c)
            && i + 1 < length
            && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw new CodecException(
              "Text of " + length + " characters has an unpaired surrogate at " + i
                  + ", which UTF-8 cannot carry",
              null);
        }
        i++;
      }
    }
    return text.getBytes(UTF_8);
  }

  /**
   * @throws CodecException if the bytes are not well-formed UTF-8
   */
  static String decode(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    // Either a malformed byte was replaced, or the text holds that very character.
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from)).toString();
    } catch (CharacterCodingException e) {
      throw new CodecException((to - from) + " bytes are not UTF-8", e);
    }
  }
}
