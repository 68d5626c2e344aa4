package dev.forebay.benchmarks;

import java.util.List;

/**
 * A question, the cases that answer it and everyone who takes part. Found by {@link
 * java.util.ServiceLoader}: a new suite is a class and a line in {@code META-INF/services}.
 */
public interface Suite {

  /** Returns what {@code benchmarks/run} calls it: one word, lower case. */
  String name();

  /** Returns what is measured and how to read it: one or two sentences, for the head of its page. */
  String question();

  /** Returns the cases of a full run, in the order in which they are played. */
  List<Case> cases();

  /** Returns the few and small cases of {@code --quick}. */
  List<Case> quickCases();

  /**
   * Returns everyone who takes part, ours first, then floors, then peers. The first floor that plays
   * a case is what its ratios are taken to.
   */
  List<Contestant> contestants();

  /** Returns whether a contestant needs a PostgreSQL, at {@link Stage#jdbcUrl}. */
  default boolean needsPostgres() {
    return false;
  }
}
