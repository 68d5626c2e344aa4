package dev.forebay.cache;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Epochs as they were when last asked for: a guess at what they are, to be checked. Safe for
 * concurrent use. Holds at most {@link #PLACES}; of two that share a place the later stays.
 */
final class RecentEpochs {

  static final int PLACES = 1024;

  private final AtomicReferenceArray<@Nullable Seen> places = new AtomicReferenceArray<>(PLACES);

  private record Seen(String key, String epoch) {}

  /** Notes what an epoch is now. */
  void note(String key, String epoch) {
    int place = placeOf(key);
    Seen seen = places.get(place);
    if (seen == null || !seen.key.equals(key) || !seen.epoch.equals(epoch)) {
      places.set(place, new Seen(key, epoch));
    }
  }

  /** Returns those of the epochs that are known. */
  Epochs at(List<String> keys) {
    Epochs epochs = new Epochs();
    for (String key : keys) {
      Seen seen = places.get(placeOf(key));
      if (seen != null && seen.key.equals(key)) {
        epochs.note(key, seen.epoch);
      }
    }
    return epochs;
  }

  private static int placeOf(String key) {
    int hash = key.hashCode();
    return (hash ^ hash >>> 16) & (PLACES - 1);
  }
}
