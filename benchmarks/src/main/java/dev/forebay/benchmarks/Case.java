package dev.forebay.benchmarks;

/**
 * One table: an operation under a load.
 *
 * @param operation what contestants are asked to do, by the word that they declare
 * @param title what that is, in words
 * @param callers in each instance
 * @param entries how many there are to begin with; callers choose among them at random
 * @param units what one operation counts for: 100 where it fetches 100 entries
 * @param instances how many JVMs of the contestant share the Redis
 */
public record Case(
    String operation,
    String title,
    Callers callers,
    int entries,
    int units,
    Pace pace,
    int instances) {

  public Case {
    if (entries < 1 || units < 1 || instances < 1) {
      throw new IllegalArgumentException("entries, units and instances must be >= 1, were "
          + entries + ", " + units + ", " + instances);
    }
  }

  /** Returns a case of one instance that counts each operation, at a free pace. */
  public static Case of(String operation, String title, Callers callers, int entries) {
    return new Case(operation, title, callers, entries, 1, Pace.FREE, 1);
  }

  /** Returns this case with operations that count for several. */
  public Case units(int each) {
    return new Case(operation, title, callers, entries, each, pace, instances);
  }

  /** Returns this case at another pace. */
  public Case pace(Pace other) {
    return new Case(operation, title, callers, entries, units, other, instances);
  }

  /** Returns this case played by several JVMs at the same time. */
  public Case instances(int count) {
    return new Case(operation, title, callers, entries, units, pace, count);
  }

  /** Returns the name of the table: {@code "get, 64 virtual"}. */
  public String name() {
    return operation + ", " + callers + (instances == 1 ? "" : " in each of " + instances);
  }

  /** Returns the name for files: {@code get-64-virtual}. */
  String slug() {
    return name().replaceAll("[^A-Za-z0-9]+", "-");
  }
}
