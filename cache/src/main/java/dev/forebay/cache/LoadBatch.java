package dev.forebay.cache;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries that one call of a loader is to bring, be it one. For one thread at a time. */
final class LoadBatch<V> {

  private final Map<EntryId, Flight<V>> flights = new LinkedHashMap<>();
  private final Map<EntryId, Lease> leases = new LinkedHashMap<>();
  private final Map<EntryId, Cached<V>> expired = new LinkedHashMap<>();

  /**
   * Adds an entry.
   *
   * @param claim the answer to this caller, who is to load it
   * @param flight lands when the entry is loaded or is not
   * @param old what to return if the load fails or takes long; null if there is nothing
   */
  LoadBatch<V> add(EntryId id, Claim<V> claim, Flight<V> flight, @Nullable Cached<V> old) {
    flights.put(id, flight);
    if (claim instanceof Claim.Granted<V> granted) {
      leases.put(id, granted.lease());
    }
    if (old != null) {
      expired.put(id, old);
    }
    return this;
  }

  boolean isEmpty() {
    return flights.isEmpty();
  }

  List<EntryId> ids() {
    return List.copyOf(flights.keySet());
  }

  Map<EntryId, Flight<V>> flights() {
    return flights;
  }

  Flight<V> flight(EntryId id) {
    return Objects.requireNonNull(flights.get(id));
  }

  /**
   * Returns the leases under which entries are stored. Those without one are not, and nothing tells
   * whether they are invalidated while they are loaded.
   */
  Map<EntryId, Lease> leases() {
    return leases;
  }

  Map<EntryId, Cached<V>> expired() {
    return expired;
  }

  /** Returns whether every entry has an old value to return instead. */
  boolean hasAllExpired() {
    return expired.size() == flights.size();
  }
}
