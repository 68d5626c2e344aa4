package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A process that takes part in a {@link History} of its own threads, on the source and the Redis of
 * another process, and changes the rows from {@link #FIRST} on. Told {@code report}, it prints how
 * many reads there were and what was wrong with them; told {@code load}, it begins to load an entry and
 * never ends. It goes on until it is killed or its input ends.
 */
final class HistoryProcess {

  /** The rows from this one on are changed by the child, those before it by its parent. */
  static final int FIRST = History.ROWS / 2;

  private HistoryProcess() {}

  /** The arguments: address, key prefix, file of the source, seed. */
  public static void main(String[] arguments) throws Exception {
    VersionedSource source = new VersionedSource(Path.of(arguments[2]), History.ROWS);
    List<Integer> rows = IntStream.range(FIRST, History.ROWS).boxed().toList();
    try (History history = new History(source, rows, Long.parseLong(arguments[3]), false)) {
      HistoryMember member = history.add(CachesFixture.on(arguments[0], arguments[1]));
      Cache<Long, String> slow = slow(member.instance);
      history.start();
      System.out.println("READY");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String word = in.readLine(); word != null; word = in.readLine()) {
        if (word.equals("load")) {
          new Thread(() -> slow.getOrLoad(1L, HistoryProcess::hang)).start();
        } else {
          System.out.println(history.reads() + " reads " + history.violations());
        }
      }
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  /** Returns a cache whose loads keep their leases for as long as their process lives. */
  static Cache<Long, String> slow(CachesFixture instance) {
    return instance
        .caches
        .cache("slow")
        .key("slow:{id}", Long.class)
        .value(String.class)
        .leaseTime(Duration.ofHours(1))
        .build();
  }

  private static String hang(Long id) {
    System.out.println("LOADING");
    while (true) {
      LockSupport.park();
    }
  }
}
