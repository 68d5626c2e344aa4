package dev.forebay.cache;

import java.util.List;

/**
 * The keys of a cache that this instance reads most, about now: what was read a minute ago counts
 * half. Estimated from a sample of one read in 16.
 *
 * @param readsPerSecond of all keys together, estimated
 * @param top the hottest first, 20 at most; unmodifiable
 */
public record HotKeys(double readsPerSecond, List<HotKey> top) {

  /** How many keys are told. */
  static final int TOP = 20;

  private static final HotKeys NONE = new HotKeys(0, List.of());

  /** Keeps a copy of the list. */
  public HotKeys {
    top = List.copyOf(top);
  }

  /** Returns that nothing was read. */
  public static HotKeys none() {
    return NONE;
  }

  /**
   * One key. Its reads are between {@code readsPerSecond - error} and {@code readsPerSecond + error},
   * with a likelihood of 95 %.
   *
   * @param name in Redis, without the application's prefix; it holds text of the key
   * @param readsPerSecond estimated
   * @param error how far that may be off, in reads per second
   */
  public record HotKey(String name, double readsPerSecond, double error) {}
}
