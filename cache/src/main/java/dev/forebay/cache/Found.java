package dev.forebay.cache;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a read found, by the names of entries.
 *
 * @param useless entries that are there but not valid any more, or unreadable here
 * @param answered whether Redis answered, be it by an error; else it would give no lease either
 * @param refused whether it answered by an error, so that it may have what was not found
 */
record Found<V>(
    Map<String, Cached<V>> entries,
    Set<String> useless,
    Epochs epochs,
    boolean answered,
    boolean refused) {

  @Nullable
  Cached<V> of(EntryId id) {
    return entries.get(id.name());
  }

  /** Returns the entry, unless it is of use only if a loader fails. */
  @Nullable
  Cached<V> usable(EntryId id) {
    Cached<V> entry = of(id);
    return entry == null || !entry.isUsable() ? null : entry;
  }

  /** Returns what a read found that failed. */
  static <V> Found<V> nothing(boolean answered) {
    return new Found<>(Map.of(), Set.of(), new Epochs(), answered, answered);
  }
}
