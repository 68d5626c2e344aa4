package dev.forebay.servlet;

import java.util.Arrays;
import java.util.List;

/**
 * Paths that are alike: {@code /login}, {@code /items/*} with any one segment for the star, {@code
 * /api/**} with any number of them, none too. Empty segments and a slash at the end do not count:
 * what a framework may take for the same page is limited as the same.
 */
final class PathPattern {

  private static final String ANY_SEGMENT = "*";
  private static final String ANY_REST = "**";

  private final String text;
  private final List<String> segments;
  private final boolean anyRest;

  /**
   * @throws IllegalArgumentException if it does not begin with a slash, or a star stands where it
   *     means nothing
   */
  PathPattern(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException(
          "Path '" + text + "' does not begin with a slash. Write /" + text + ".");
    }
    List<String> all = segments(text);
    this.text = text;
    this.anyRest = !all.isEmpty() && all.get(all.size() - 1).equals(ANY_REST);
    this.segments = anyRest ? all.subList(0, all.size() - 1) : all;
    for (String segment : segments) {
      if (segment.contains("*") && !segment.equals(ANY_SEGMENT)) {
        throw new IllegalArgumentException("Path '" + text + "' has a star within '" + segment
            + "'. A star stands for a whole segment, ** for all that follow, at the end only.");
      }
    }
  }

  /** Whether it holds for a path that the server has decoded. */
  boolean matches(String path) {
    List<String> actual = segments(path);
    if (anyRest ? actual.size() < segments.size() : actual.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (!segment.equals(ANY_SEGMENT) && !segment.equals(actual.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** How many segments it names, those of a star included. */
  int length() {
    return segments.size();
  }

  private static List<String> segments(String path) {
    return Arrays.stream(path.split("/", -1)).filter(part -> !part.isEmpty()).toList();
  }

  @Override
  public String toString() {
    return text;
  }
}
