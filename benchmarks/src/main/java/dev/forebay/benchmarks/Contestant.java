package dev.forebay.benchmarks;

import java.util.Set;

/**
 * One library in one configuration.
 *
 * @param name as tables show it: {@code "redisson RBucket"}; once in a suite
 * @param configuration how it is set up and why; stands in the notes below the tables
 * @param operations the {@link Case#operation} of the cases that it plays
 * @param opening what connects it
 */
public record Contestant(
    String name, Role role, String configuration, Set<String> operations, Opening opening) {

  /** Connects a contestant in a JVM of its own. */
  @FunctionalInterface
  public interface Opening {

    /**
     * Connects, and writes the entries that the case begins with if {@link Stage#isFirst()}. Called
     * once for each case, after what was opened for the case before was closed.
     */
    Act open(Stage stage) throws Exception;
  }

  public Contestant {
    if (name.isBlank() || configuration.isBlank() || operations.isEmpty()) {
      throw new IllegalArgumentException(
          "A contestant needs a name, words on its configuration and at least one operation: '"
              + name + "', '" + configuration + "', " + operations);
    }
    operations = Set.copyOf(operations);
  }

  /** Returns whether it takes part in a case. */
  boolean plays(Case played) {
    return operations.contains(played.operation());
  }
}
