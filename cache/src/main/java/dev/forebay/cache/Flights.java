package dev.forebay.cache;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The reads under way in this process, by the name of their key.
 *
 * <p>They also keep this process from caching what it has itself made stale. A load that began
 * before an invalidation may return the value from before it. So an invalidation marks the flight
 * first and sends its command after; a flight sends what it loaded only while it is unmarked. Both
 * steps happen under one lock, and the connection keeps the order of sending: either the mark comes
 * first and nothing is sent, or the deletion is sent last.
 */
final class Flights<V> {

  private final ConcurrentMap<String, Flight<V>> flights = new ConcurrentHashMap<>();
  private final ReentrantLock order = new ReentrantLock();

  /** Enters {@code flight}, or returns the one that is under way. */
  @Nullable
  Flight<V> enterOrGet(String name, Flight<V> flight) {
    return flights.putIfAbsent(name, flight);
  }

  void leave(String name, Flight<V> flight) {
    flights.remove(name, flight);
  }

  /** Keeps loads under way from being cached, and later callers from joining them. */
  void invalidate(Collection<String> names) {
    order.lock();
    try {
      for (String name : names) {
        Flight<V> flight = flights.remove(name);
        if (flight != null) {
          flight.markStale();
        }
      }
    } finally {
      order.unlock();
    }
  }

  /** As {@link #invalidate}, for every load under way. */
  void invalidateAll() {
    invalidate(List.copyOf(flights.keySet()));
  }

  /**
   * Sends those of the loaded values that are not stale. {@code send} must not block.
   *
   * @return what {@code send} returned for the candidates whose flights are unmarked; null if there
   *     are none
   */
  <C, R> @Nullable R sendUnlessStale(
      List<C> candidates, Function<C, Flight<V>> flightOf, Function<List<C>, R> send) {
    order.lock();
    try {
      List<C> fresh = candidates.stream()
          .filter(candidate -> !flightOf.apply(candidate).isStale())
          .toList();
      return fresh.isEmpty() ? null : send.apply(fresh);
    } finally {
      order.unlock();
    }
  }
}
