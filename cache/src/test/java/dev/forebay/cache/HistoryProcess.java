package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A process that takes part in a {@link History} of its own threads, on the source and the Redis of
 * another process, and changes the rows from {@link #FIRST} on. Told {@code verify}, it prints {@link
 * #RIGHT}, or what is wrong; told {@code end}, it does that after everything has settled. It goes on
 * until it is killed or its input ends.
 */
final class HistoryProcess {

  /** The rows from this one on are changed by the child, those before it by its parent. */
  static final int FIRST = History.ROWS / 2;

  static final String RIGHT = "RIGHT";

  private HistoryProcess() {}

  /** The arguments: address, key prefix, file of the source, seed, whether Redis fails. */
  public static void main(String[] arguments) throws Exception {
    VersionedSource source = new VersionedSource(Path.of(arguments[2]), History.ROWS);
    List<Integer> rows = IntStream.range(FIRST, History.ROWS).boxed().toList();
    boolean faulty = Boolean.parseBoolean(arguments[4]);
    try (History history = new History(source, rows, Long.parseLong(arguments[3]), faulty)) {
      history.add(
          faulty
              ? CachesFixture.impatient(arguments[0])
              : CachesFixture.on(arguments[0], arguments[1]));
      history.start();
      System.out.println("READY");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String word = in.readLine(); word != null; word = in.readLine()) {
        System.out.println(verify(history, word.equals("end")));
      }
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  private static String verify(History history, boolean ends) throws Exception {
    try {
      history.awaitEnough();
      if (ends) {
        history.stop();
        history.settle();
      }
      history.verify();
      return RIGHT;
    } catch (AssertionError | ConditionTimeoutException e) {
      return String.valueOf(e.getMessage()).replace('\n', ' ');
    }
  }

  /** Returns the rows that the parent changes. */
  static List<Integer> rowsOfParent() {
    return IntStream.range(0, FIRST).boxed().toList();
  }
}
