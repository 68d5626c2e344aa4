package dev.forebay.redis.spi;

import java.nio.charset.StandardCharsets;

/**
 * Escapes text that becomes a part of a Redis key, so that no text can forge the parts around it, a
 * glob pattern or a hash tag.
 *
 * <p>ASCII letters, digits, {@code - _ . ~ @} and everything beyond ASCII stand for themselves;
 * every other character, {@code %} included, becomes {@code %XX} as in a URL. Two different texts
 * never have one escaped form. Unpaired surrogates, which UTF-8 cannot carry, become {@code %uXXXX}.
 */
final class KeyText {

  private static final String HEX = "0123456789ABCDEF";

  private KeyText() {}

  /** Appends the escaped form of {@code text}. */
  static void appendEscaped(StringBuilder key, CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        boolean pair = Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1));
        if (pair) {
          key.append(c).append(text.charAt(++i));
        } else if (Character.isSurrogate(c)) {
          key.append("%u").append(String.format("%04X", (int) c));
        } else {
          key.append(c);
        }
      } else if (isPlain(c)) {
        key.append(c);
      } else {
        key.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
      }
    }
  }

  static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == '~'
        || c == '@';
  }

  static int utf8Length(String key) {
    return key.getBytes(StandardCharsets.UTF_8).length;
  }
}
