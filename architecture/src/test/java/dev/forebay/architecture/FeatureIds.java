package dev.forebay.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Every id that a row of docs/features.md, and a tag of a test, may carry. */
final class FeatureIds {

  static final List<String> ALL = List.copyOf(all());

  private static final Pattern SHAPE = Pattern.compile("[A-Z]{1,3}[0-9]+");

  private FeatureIds() {}

  /** Whether a tag means a row; other tags, such as {@code slow}, are free. */
  static boolean looksLikeOne(String tag) {
    return SHAPE.matcher(tag).matches();
  }

  private static List<String> all() {
    List<String> ids = new ArrayList<>();
    range("F", 18, ids);
    range("C", 17, ids);
    range("Q", 8, ids);
    range("RL", 8, ids);
    range("S", 9, ids);
    return ids;
  }

  private static void range(String letters, int last, List<String> ids) {
    IntStream.rangeClosed(1, last).forEach(number -> ids.add(letters + number));
  }
}
