package dev.forebay.limits;

import dev.forebay.redis.spi.KeyTemplate;

/**
 * Text of any kind on its way to Redis and back: escaped as it is in keys, so that it holds no space,
 * and no two texts become one, not even where a surrogate lacks its other half, which UTF-8 cannot
 * carry.
 */
final class WireText {

  private WireText() {}

  static String encode(String text) {
    return KeyTemplate.escape(text);
  }

  /** Returns what {@link #encode} was given. What is not escaped stands for itself. */
  static String decode(String wire) {
    if (wire.indexOf('%') < 0) {
      return wire;
    }
    StringBuilder text = new StringBuilder(wire.length());
    for (int i = 0; i < wire.length(); i++) {
      boolean surrogate = wire.startsWith("%u", i);
      int from = i + (surrogate ? 2 : 1);
      int digits = surrogate ? 4 : 2;
      int escaped = wire.charAt(i) == '%' ? hex(wire, from, digits) : -1;
      if (escaped < 0) {
        text.append(wire.charAt(i));
      } else {
        text.append((char) escaped);
        i = from + digits - 1;
      }
    }
    return text.toString();
  }

  /** Returns -1 if there are not so many digits. */
  private static int hex(String text, int from, int digits) {
    int number = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      number = 16 * number + digit;
    }
    return number;
  }
}
