package dev.forebay.cache;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The reads under way in this process, by the name of their key. An invalidation by this instance
 * removes those of its entries, so that who asks after it shares nothing that was read or loaded
 * before it; that such a load is not stored either, its lease sees to. An invalidation by another
 * instance shows when the load is to be stored: its flight lands overtaken then, and a {@linkplain
 * Passenger passenger} takes the next one, which took off after he had asked.
 */
final class Flights<V> {

  private final ConcurrentMap<String, Flight<V>> flights = new ConcurrentHashMap<>();

  /** Enters {@code flight}, or returns the one that is under way and may be shared. */
  @Nullable
  Flight<V> enterOrGet(String name, Flight<V> flight) {
    while (true) {
      Flight<V> underWay = flights.putIfAbsent(name, flight);
      if (underWay == null || underWay.board()) {
        return underWay;
      }
      if (flights.replace(name, underWay, flight)) {
        return null;
      }
    }
  }

  /** Enters {@code flight} in place of the one that is under way, which nobody joins any more. */
  void enter(String name, Flight<V> flight) {
    flights.put(name, flight);
  }

  void leave(String name, Flight<V> flight) {
    flights.remove(name, flight);
  }

  /** Keeps later callers from joining the reads under way. */
  void invalidate(Collection<String> names) {
    names.forEach(flights::remove);
  }

  /** As {@link #invalidate}, for every read under way. */
  void invalidateAll() {
    flights.clear();
  }
}
