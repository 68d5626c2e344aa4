package dev.forebay.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares how a script's header documents {@code KEYS} or {@code ARGV} with how its body uses the
 * table.
 *
 * <p>The header may name one entry, {@code KEYS[1]}, or a range: {@code KEYS[1..4]}, {@code
 * KEYS[1..n]}, {@code ARGV[3..]}. A range of unknown end stands for a loop; a body that indexes the
 * table by anything but a number, or passes it on, needs such a range or hands everything to {@code
 * unpack}.
 */
final class LuaArguments {

  private static final Pattern DOCUMENTED =
      Pattern.compile("\\[\\s*(\\d+)\\s*(\\.\\.\\.?\\s*([^\\]\\s]*)\\s*)?\\]");

  private final String table;
  private final SortedSet<Integer> documented = new TreeSet<>();
  private final SortedSet<Integer> inRanges = new TreeSet<>();
  private final SortedSet<Integer> used = new TreeSet<>();
  private final List<String> violations = new ArrayList<>();
  private int openFrom = Integer.MAX_VALUE;
  private boolean rangeDocumented;
  private boolean loops;
  private boolean unpacks;

  private LuaArguments(String table) {
    this.table = table;
  }

  static List<String> violations(String table, LuaText script) {
    LuaArguments arguments = new LuaArguments(table);
    arguments.readHeader(String.join("\n", script.header()));
    arguments.readBody(script.code());
    arguments.compare();
    return List.copyOf(arguments.violations);
  }

  private void readHeader(String header) {
    Matcher mention = Pattern.compile("\\b" + table + "(\\[[^\\]]*\\])").matcher(header);
    while (mention.find()) {
      Matcher index = DOCUMENTED.matcher(mention.group(1));
      if (!index.matches()) {
        violations.add("the header's " + mention.group() + " is not understood: write " + table
            + "[1], " + table + "[1..3], " + table + "[1..n] or " + table + "[2..]");
      } else if (index.group(2) == null) {
        documented.add(Integer.parseInt(index.group(1)));
      } else {
        readRange(Integer.parseInt(index.group(1)), index.group(3));
      }
    }
  }

  private void readRange(int from, String to) {
    rangeDocumented = true;
    if (to.matches("\\d+")) {
      for (int i = from; i <= Integer.parseInt(to); i++) {
        documented.add(i);
        inRanges.add(i);
      }
    } else {
      openFrom = Math.min(openFrom, from);
    }
  }

  private void readBody(String code) {
    Matcher use = Pattern.compile(
            "(\\bunpack\\s*\\(\\s*)?(#\\s*)?\\b" + table + "\\b(\\s*\\[\\s*(\\d+)\\s*\\])?")
        .matcher(code);
    while (use.find()) {
      if (use.group(4) != null) {
        used.add(Integer.parseInt(use.group(4)));
      } else if (use.group(2) == null) { // the length alone, #KEYS, reads no entry
        unpacks |= use.group(1) != null;
        loops |= use.group(1) == null;
      }
    }
  }

  private void compare() {
    for (int index : used) {
      if (!documented.contains(index) && index < openFrom) {
        violations.add("the body uses " + table + "[" + index
            + "], which the header does not document: add a line for it");
      }
    }
    for (int index : documented) {
      boolean maybeUsed = used.contains(index) || unpacks || (loops && inRanges.contains(index));
      if (!maybeUsed) {
        violations.add("the header documents " + table + "[" + index
            + "], which the body does not use: drop the line");
      }
    }
    if (openFrom != Integer.MAX_VALUE && !loops && !unpacks) {
      violations.add("the header documents " + table + "[" + openFrom
          + "..], but the body does not loop over " + table + ": name each entry");
    }
    if (loops && !rangeDocumented) {
      violations.add("the body indexes " + table
          + " by a variable or passes it on, but the header documents no range: write " + table
          + "[1..n]");
    }
    if (unpacks && documented.isEmpty() && !rangeDocumented) {
      violations.add(
          "the body unpacks " + table + ", but the header documents nothing of it: add its lines");
    }
  }
}
