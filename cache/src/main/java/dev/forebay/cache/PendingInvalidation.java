package dev.forebay.cache;

/** An invalidation that waits for the change of the source to be committed, or rolled back. */
@FunctionalInterface
public interface PendingInvalidation extends AutoCloseable {

  /**
   * Deletes the entries again and lets them be cached, unless others still change them; later if
   * Redis cannot be reached. One round trip.
   */
  @Override
  void close();
}
