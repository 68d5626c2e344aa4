package dev.forebay.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is blocked and who is allowed, as this instance knows it; {@link LimitNews} follows the others.
 * Safe for concurrent use; never blocks. Redis lets no more than {@value #MOST} subjects in.
 */
final class SubjectLists {

  static final int MOST = 100_000;
  static final int LONGEST_SUBJECT = 512;

  /** How long a block lasts at most: ten years. */
  static final Duration LONGEST_BLOCK = Duration.ofDays(3_650);

  /** What a subject is listed as; a subject has one place, so it is never both. */
  private sealed interface Place {}

  private record Allowed() implements Place {}

  /** @param until in ns of the clock */
  private record Blocked(long until) implements Place {}

  private static final Place ALLOWED = new Allowed();

  private final LongSupplier nanoClock;
  private volatile Map<String, Place> places = new ConcurrentHashMap<>();

  /** @param nanoClock as {@link System#nanoTime} */
  SubjectLists(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /** Returns how a subject is listed now. */
  @Nullable
  Listing find(String subject) {
    Place place = places.get(subject);
    return place == null ? null : listing(subject, place);
  }

  private @Nullable Listing listing(String subject, Place place) {
    if (!(place instanceof Blocked blocked)) {
      return new Listing(subject, null);
    }
    if (isOver(place)) {
      places.remove(subject, place);
      return null;
    }
    long left = blocked.until - nanoClock.getAsLong();
    // Rounded up, so that who waits so long is not blocked any more.
    return new Listing(subject, Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(left + 999_999)));
  }

  private boolean isOver(Place place) {
    return place instanceof Blocked blocked && blocked.until - nanoClock.getAsLong() <= 0;
  }

  /** Returns all that are listed, by subject. */
  List<Listing> all() {
    List<Listing> all = new ArrayList<>();
    places.forEach((subject, place) -> {
      Listing listing = listing(subject, place);
      if (listing != null) {
        all.add(listing);
      }
    });
    all.sort(Comparator.comparing(Listing::subject));
    return all;
  }

  void block(String subject, long millis) {
    put(places, subject, millis);
  }

  void allow(String subject) {
    put(places, subject, -1);
  }

  void unlist(String subject) {
    places.remove(subject);
  }

  /** @param millis what is left of each block; -1 where the subject is allowed */
  void replaceBy(Map<String, Long> millis) {
    Map<String, Place> replacement = new ConcurrentHashMap<>();
    millis.forEach((subject, left) -> put(replacement, subject, left));
    places = replacement;
  }

  private void put(Map<String, Place> into, String subject, long millis) {
    if (into.size() >= MOST && !into.containsKey(subject)) {
      into.values().removeIf(this::isOver);
    }
    if (into.size() < MOST || into.containsKey(subject)) {
      into.put(
          subject,
          millis < 0
              ? ALLOWED
              : new Blocked(nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis)));
    }
  }

  int size() {
    return places.size();
  }
}
