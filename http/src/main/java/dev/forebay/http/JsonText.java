package dev.forebay.http;

import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes strings, whole numbers, booleans, and lists and maps of these as JSON (RFC 8259). What
 * HTML or JavaScript could take for markup is escaped, so a body that is sniffed stays text.
 */
final class JsonText {

  private static final char FIRST_PRINTABLE = ' ';
  private static final char LINE_SEPARATOR = '\u2028';
  private static final char PARAGRAPH_SEPARATOR = '\u2029';
  private static final char REPLACEMENT = '\ufffd';

  private final StringBuilder text = new StringBuilder();

  /**
   * @throws IllegalArgumentException if it is, or holds, an object of another kind
   */
  static String of(Object value) {
    JsonText json = new JsonText();
    json.write(value);
    return json.text.toString();
  }

  private void write(Object value) {
    if (value instanceof String string) {
      writeString(string);
    } else if (value instanceof Long || value instanceof Integer || value instanceof Boolean) {
      text.append(value);
    } else if (value instanceof Iterable<?> items) {
      text.append('[');
      Iterator<?> each = items.iterator();
      while (each.hasNext()) {
        write(each.next());
        text.append(each.hasNext() ? "," : "");
      }
      text.append(']');
    } else if (value instanceof Map<?, ?> members) {
      text.append('{');
      Iterator<? extends Map.Entry<?, ?>> each = members.entrySet().iterator();
      while (each.hasNext()) {
        Map.Entry<?, ?> member = each.next();
        writeString(String.valueOf(member.getKey()));
        text.append(':');
        write(member.getValue());
        text.append(each.hasNext() ? "," : "");
      }
      text.append('}');
    } else {
      throw new IllegalArgumentException("A problem can hold strings, whole numbers, booleans, and"
          + " lists and maps of these, but not a " + value.getClass().getName());
    }
  }

  private void writeString(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '<', '>', '&', '\'', LINE_SEPARATOR, PARAGRAPH_SEPARATOR -> escape(c);
        default -> {
          if (c < FIRST_PRINTABLE) {
            escape(c);
          } else if (Character.isSurrogate(c) && !isHalfOfPair(string, i)) {
            text.append(REPLACEMENT);
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private void escape(char c) {
    text.append("\\u").append(HexFormat.of().toHexDigits(c));
  }

  private static boolean isHalfOfPair(String string, int at) {
    int first = Character.isHighSurrogate(string.charAt(at)) ? at : at - 1;
    return first >= 0
        && first + 1 < string.length()
        && Character.isSurrogatePair(string.charAt(first), string.charAt(first + 1));
  }
}
