package dev.forebay.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The elements of a forwarded header, from the right. What stands on the left may be forged by the
 * client, so nothing is ever read from there on: no open quote, no endless list can change how the
 * elements of the proxies are understood.
 */
final class ForwardedChain {

  static final int MOST_HOPS = 64;
  static final int MOST_CHARACTERS = 8_192;

  private final boolean quoted;
  private final List<String> elements = new ArrayList<>();
  private int charactersLeft = MOST_CHARACTERS;

  private ForwardedChain(boolean quoted) {
    this.quoted = quoted;
  }

  /**
   * Returns the elements of all lines, the last first, stripped and without empty ones. Ends after
   * 64 elements or 8,192 characters, before the element that does not fit.
   *
   * @param quoted whether commas within quotes part nothing
   */
  static List<String> fromTheRight(List<String> lines, boolean quoted) {
    ForwardedChain chain = new ForwardedChain(quoted);
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (!chain.add(lines.get(i))) {
        break;
      }
    }
    return Collections.unmodifiableList(chain.elements);
  }

  /** Whether there is room for more. */
  private boolean add(String line) {
    int end = line.length();
    while (end >= 0) {
      int start = startOfElement(line, end);
      charactersLeft -= end - start + 1;
      if (charactersLeft < 0 || elements.size() == MOST_HOPS) {
        return false;
      }
      String element = line.substring(start, end).strip();
      if (!element.isEmpty()) {
        elements.add(element);
      }
      end = start - 1;
    }
    return true;
  }

  private int startOfElement(String line, int end) {
    int first = Math.max(0, end - charactersLeft);
    boolean inQuotes = false;
    for (int i = end - 1; i >= first; i--) {
      char c = line.charAt(i);
      if (c == ',' && !inQuotes) {
        return i + 1;
      }
      if (c == '"' && quoted) {
        inQuotes = !inQuotes || isEscaped(line, i, first);
      }
    }
    return first;
  }

  private static boolean isEscaped(String line, int quote, int first) {
    int i = quote;
    while (i > first && line.charAt(i - 1) == '\\') {
      i--;
    }
    return (quote - i) % 2 == 1;
  }
}
