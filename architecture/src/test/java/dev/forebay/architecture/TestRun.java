package dev.forebay.architecture;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One {@code testcase} of a Surefire report.
 *
 * @param method without the suffix of a parameter list or repetition, spaces of a display name
 * turned to underscores
 * @param outcome {@code passed}, {@code skipped}, {@code failure} or {@code error}
 * @param written when the report was written
 */
record TestRun(
    String module, String type, String method, String outcome, Path report, Instant written) {

  boolean passed() {
    return outcome.equals("passed");
  }

  boolean skipped() {
    return outcome.equals("skipped");
  }

  /**
   * Surefire writes {@code a_method}, {@code a_method(String)[2]} or, from other engines, {@code a
   * method}. Method names contain none of the marks, and a row's method is normalised alike.
   */
  static String method(String reported) {
    return reported.replaceFirst("[({\\[:].*", "").strip().replace(' ', '_');
  }
}
