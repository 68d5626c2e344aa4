package dev.forebay.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A Lua script taken apart: the comment lines it opens with, its code without comments and with
 * emptied strings, and the strings themselves.
 */
record LuaText(List<String> header, String code, List<String> strings) {

  private static final Pattern LONG_BRACKET = Pattern.compile("\\[(=*)\\[");

  static LuaText of(String script) {
    List<String> header = new ArrayList<>();
    for (String line : script.lines().toList()) {
      if (!line.startsWith("--")) {
        break;
      }
      header.add(line);
    }
    List<String> strings = new ArrayList<>();
    return new LuaText(List.copyOf(header), code(script, strings), List.copyOf(strings));
  }

  private static String code(String script, List<String> strings) {
    StringBuilder code = new StringBuilder();
    int at = 0;
    while (at < script.length()) {
      char c = script.charAt(at);
      if (script.startsWith("--", at)) {
        int close = longBracketEnd(script, at + 2);
        at = close >= 0 ? close : endOfLine(script, at);
      } else if (c == '"' || c == '\'') {
        int close = endOfString(script, at);
        strings.add(script.substring(at + 1, Math.max(at + 1, close - 1)));
        code.append(c).append(c);
        at = close;
      } else if (c == '[' && longBracketEnd(script, at) >= 0) {
        int close = longBracketEnd(script, at);
        int mark = script.indexOf('[', at + 1) + 1;
        strings.add(script.substring(mark, Math.max(mark, close - (mark - at))));
        code.append("''");
        at = close;
      } else {
        code.append(c);
        at++;
      }
    }
    return code.toString();
  }

  private static int endOfLine(String script, int from) {
    int end = script.indexOf('\n', from);
    return end < 0 ? script.length() : end;
  }

  private static int endOfString(String script, int from) {
    char quote = script.charAt(from);
    int at = from + 1;
    while (at < script.length() && script.charAt(at) != quote) {
      at += script.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(script.length(), at + 1);
  }

  /**
   * The position after {@code [[...]]} or {@code [=[...]=]} that opens at {@code from}; -1 if none
   * opens there.
   */
  private static int longBracketEnd(String script, int from) {
    var opening = LONG_BRACKET.matcher(script).region(from, script.length());
    if (!opening.lookingAt()) {
      return -1;
    }
    String closing = "]" + opening.group(1) + "]";
    int end = script.indexOf(closing, opening.end());
    return end < 0 ? script.length() : end + closing.length();
  }
}
