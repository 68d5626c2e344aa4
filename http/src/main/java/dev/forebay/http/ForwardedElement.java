package dev.forebay.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One element of a {@code Forwarded} header: what one proxy wrote (RFC 7239, section 4). */
final class ForwardedElement {

  // Possessive quantifiers: no input makes it try twice. Values without quotes may hold what should
  // have been quoted, as many proxies write for=192.0.2.7:80.
  private static final Pattern PAIR = Pattern.compile("[ \\t]*+([!#$%&'*+.^_`|~0-9A-Za-z-]++)="
      + "(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\";,\\s]++))[ \\t]*+");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);

  private ForwardedElement() {}

  /** Returns the value of {@code for}; null if it is missing, doubled, or any pair is malformed. */
  static @Nullable String node(String element) {
    Matcher pair = PAIR.matcher(element);
    String node = null;
    int at = 0;
    while (at < element.length()) {
      if (element.charAt(at) == ';') {
        at++;
        continue;
      }
      pair.region(at, element.length());
      if (!pair.lookingAt()) {
        return null;
      }
      if ("for".equalsIgnoreCase(pair.group(1))) {
        if (node != null) {
          return null;
        }
        String quoted = pair.group(2);
        node = quoted == null ? pair.group(3) : ESCAPE.matcher(quoted).replaceAll("$1");
      }
      at = pair.end();
      if (at < element.length() && element.charAt(at) != ';') {
        return null;
      }
    }
    return node;
  }
}
