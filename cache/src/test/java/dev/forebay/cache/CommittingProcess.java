package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.testing.Gate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that changes rows and never gets to tell its cache that they have changed. Told {@code
 * begin}, it goes as far as the commit with those rows that it writes in the ways that block the entry
 * before; told {@code delete}, it deletes the entry of another row and outdates that of the last.
 */
final class CommittingProcess {

  static final long TO_BE_DELETED = 1;
  static final long WRITTEN_AROUND = 2;
  static final long IN_TRANSACTION = 3;
  static final long TO_BE_OUTDATED = 4;
  static final List<Long> ROWS =
      List.of(TO_BE_DELETED, WRITTEN_AROUND, IN_TRANSACTION, TO_BE_OUTDATED);
  static final TtlClass TTL = TtlClass.SHORT;

  private CommittingProcess() {}

  static Cache<Long, Event> events(CachesFixture instance) {
    return instance
        .caches
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .tags(id -> List.of("row " + id))
        .ttl(TTL)
        .build();
  }

  /** The one argument is the address. */
  public static void main(String[] arguments) throws IOException {
    try (CachesFixture instance = CachesFixture.on(arguments[0], "")) {
      Cache<Long, Event> events = events(instance);
      System.out.println("READY");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String word = in.readLine(); word != null; word = in.readLine()) {
        if (word.equals("begin")) {
          begin(events);
          System.out.println("BEGUN");
        } else {
          events.delete(TO_BE_DELETED);
          events.deleteTagged("row " + TO_BE_OUTDATED);
          System.out.println("DELETED");
        }
      }
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  private static void begin(Cache<Long, Event> events) {
    var unused = events.beginInvalidation(List.of(IN_TRANSACTION));
    Gate committed = new Gate();
    Event changed = new Event(WRITTEN_AROUND, "new");
    new Thread(() -> events.writeAround(WRITTEN_AROUND, changed, (id, event) -> {
          committed.open();
          while (true) {
            LockSupport.park();
          }
        }))
        .start();
    committed.awaitOpen();
  }
}
