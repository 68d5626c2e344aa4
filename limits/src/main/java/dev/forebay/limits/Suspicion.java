package dev.forebay.limits;

/**
 * A pattern in what is denied that may be an attack, seen by one instance. Told once a minute for
 * each subject, endpoint or limiter.
 */
public sealed interface Suspicion {

  /** A subject is denied very often in a minute: somebody hammers. */
  int HAMMERING_DENIALS = 100;

  /** So many different subjects are denied at one endpoint in a minute: somebody uses many. */
  int MANY_SUBJECTS = 50;

  /** A limiter denies so often in ten seconds, and ... */
  int RISING_DENIALS = 50;

  /** ... so many times as often as it did on average lately. */
  int RISING_TIMES = 5;

  /** Returns how a log line names the pattern. */
  String pattern();

  /**
   * One subject was denied {@value Suspicion#HAMMERING_DENIALS} times or more within a minute.
   *
   * @param denied how often so far
   */
  record Hammering(String limiter, String subject, long denied) implements Suspicion {
    @Override
    public String pattern() {
      return "hammering";
    }
  }

  /**
   * At one endpoint about {@value Suspicion#MANY_SUBJECTS} different subjects or more were denied
   * within a minute, as when passwords are tried from many addresses.
   *
   * @param endpoint as it was named in the checks
   * @param subjects how many so far, within 20 % mostly
   */
  record ManySubjects(String endpoint, long subjects) implements Suspicion {
    @Override
    public String pattern() {
      return "many-subjects";
    }
  }

  /**
   * A limiter denied {@value Suspicion#RISING_DENIALS} times or more within ten seconds, and {@value
   * Suspicion#RISING_TIMES} times as often as it did on average of the last minutes.
   *
   * @param denied within ten seconds
   * @param usual within ten seconds, on average of about five minutes
   */
  record DenialsRising(String limiter, long denied, double usual) implements Suspicion {
    @Override
    public String pattern() {
      return "denials-rising";
    }
  }
}
