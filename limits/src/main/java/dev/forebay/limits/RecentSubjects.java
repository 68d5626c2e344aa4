package dev.forebay.limits;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is remembered of the subjects of limiters that were looked up last; who falls out is
 * forgotten. Not safe for concurrent use.
 */
final class RecentSubjects<V> extends LinkedHashMap<RecentSubjects.Place, V> {

  private static final long serialVersionUID = 1L;

  private final int most;

  /** @param most how many are remembered */
  RecentSubjects(int most) {
    super(16, 0.75f, true);
    this.most = most;
  }

  /** @param subject as {@link LimitKeys#shortened} makes it */
  record Place(String limiter, String subject) {

    static Place of(Charge charge) {
      return new Place(charge.limiter().name(), LimitKeys.shortened(charge.subject()));
    }
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<Place, V> eldest) {
    return size() > most;
  }
}
