package dev.forebay.benchmarks.sessions;

import static java.util.Objects.requireNonNull;

import dev.forebay.benchmarks.Act;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Stage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What callers do with a {@link SessionStore}, by the word for the operation. */
final class SessionActs {

  static final String CREATE = "create";
  static final String READ = "read";
  static final String TOUCH = "read and touch";
  static final String SAVE = "save an attribute";

  private static final int FILLERS = 8;

  /** One new session in so many is read back. */
  private static final int SAMPLE = 100;

  private SessionActs() {}

  /** Connects a store. */
  @FunctionalInterface
  interface Connecting {
    SessionStore connect(Stage stage) throws Exception;
  }

  static Contestant.Opening opening(Connecting connecting) {
    return stage -> {
      SessionStore store = connecting.connect(stage);
      try {
        String[] ids = fill(store, stage.entries());
        return switch (stage.operation()) {
          case CREATE -> new Creating(store, stage.entries());
          case READ ->
            new Using(
                store, number -> check(number, store.read(ids[(int) number], Visitor.USERNAME)));
          case TOUCH ->
            new Using(
                store, number -> check(number, store.touch(ids[(int) number], Visitor.USERNAME)));
          case SAVE -> new Saving(store, ids);
          default -> throw new IllegalArgumentException("Unknown operation " + stage.operation());
        };
      } catch (Exception e) {
        store.close();
        throw e;
      }
    };
  }

  private static String[] fill(SessionStore store, int sessions) throws Exception {
    String[] ids = new String[sessions];
    ExecutorService fillers = Executors.newFixedThreadPool(FILLERS);
    try {
      for (Future<String> each : IntStream.range(0, sessions)
          .mapToObj(number -> fillers.submit(() -> {
            ids[number] = store.create(Visitor.attributes(number));
            return ids[number];
          }))
          .toList()) {
        requireNonNull(each.get());
      }
    } finally {
      fillers.shutdown();
    }
    return ids;
  }

  private static void check(long number, @Nullable String username) {
    if (!Visitor.username(number).equals(username)) {
      throw new IllegalStateException("session " + number + " has the user name " + username);
    }
  }

  /** Does something with the sessions that there are. */
  private record Using(SessionStore store, Act act) implements Act {

    @Override
    public void perform(long number) throws Exception {
      act.perform(number);
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Creates sessions, and reads some of them back after the turn. */
  private static final class Creating implements Act {

    private final SessionStore store;
    private final AtomicLong created;
    private final Queue<Created> samples = new ConcurrentLinkedQueue<>();

    private record Created(long number, String id) {}

    Creating(SessionStore store, int entries) {
      this.store = store;
      this.created = new AtomicLong(entries);
    }

    @Override
    public void perform(long unused) throws Exception {
      long number = created.getAndIncrement();
      String id = store.create(Visitor.attributes(number));
      if (number % SAMPLE == 0) {
        samples.add(new Created(number, id));
      }
    }

    @Override
    public void check() throws Exception {
      for (Created each = samples.poll(); each != null; each = samples.poll()) {
        SessionActs.check(each.number(), store.read(each.id(), Visitor.USERNAME));
      }
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Changes sessions, and reads one back after the turn. */
  private static final class Saving implements Act {

    private final SessionStore store;
    private final String[] ids;
    private final AtomicLong changes = new AtomicLong();

    Saving(SessionStore store, String[] ids) {
      this.store = store;
      this.ids = ids;
    }

    @Override
    public void perform(long number) throws Exception {
      store.save(ids[(int) number], Visitor.CART, "item-" + changes.incrementAndGet());
    }

    @Override
    public void check() throws Exception {
      perform(0);
      String expected = "item-" + changes.get();
      String found = store.read(ids[0], Visitor.CART);
      if (!expected.equals(found)) {
        throw new IllegalStateException("saved " + expected + ", read " + found);
      }
      SessionActs.check(0, store.read(ids[0], Visitor.USERNAME));
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
