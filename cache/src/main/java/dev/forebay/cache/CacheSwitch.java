package dev.forebay.cache;

import org.jspecify.annotations.Nullable;

/**
 * The mode of one cache in this instance, and the changes to it that Redis has yet to take. Reading
 * it costs one volatile read; it is changed by {@link CacheSwitches} alone, under its lock.
 */
final class CacheSwitch {

  private static final long UNKNOWN = -1;

  private volatile CacheMode mode = CacheMode.on();
  private long revision = UNKNOWN; // of the mode in Redis that was seen last; 0 for none
  private @Nullable CacheMode unsent;

  /**
   * Returns on, off or shadow: how an entry is treated now.
   *
   * @param entry its whole name in Redis
   */
  CacheMode modeFor(String entry) {
    return mode.of(entry);
  }

  CacheMode mode() {
    return mode;
  }

  long revision() {
    return revision;
  }

  /** Returns whether Redis has been read since this was made. */
  boolean isRevisionKnown() {
    return revision != UNKNOWN;
  }

  /** Redis has been read, and has no other mode. */
  void confirm() {
    revision = Math.max(0, revision);
  }

  /** Returns the change that Redis has yet to take, or null. */
  @Nullable
  CacheMode unsent() {
    return unsent;
  }

  /** An operator wants another mode, as of now. */
  void change(CacheMode wanted) {
    mode = wanted;
    unsent = wanted;
  }

  /** Redis has this mode; a change that was to be sent came earlier, or is this one. */
  void follow(CacheMode shared, long revisionOfShared) {
    mode = shared;
    revision = revisionOfShared;
    unsent = null;
  }
}
