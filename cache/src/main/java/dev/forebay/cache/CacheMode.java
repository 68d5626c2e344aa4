package dev.forebay.cache;

import dev.forebay.redis.spi.StableHash;

/**
 * Whether a cache is used, which can be changed at run time: see {@link CacheSwitches}.
 *
 * <p>Invalidations are always carried out, whatever the mode: {@code delete}, by pattern, by tag and
 * of all entries; and a {@code put} of a key that is off deletes its entry. So nothing that changed
 * meanwhile is served when the cache is used again.
 */
public sealed interface CacheMode {

  /** Returns that the cache is used, as it is without any switch. */
  static CacheMode on() {
    return new On();
  }

  /** Returns that the cache is passed by: every read is served from the source, nothing is stored. */
  static CacheMode off() {
    return new Off();
  }

  /**
   * Returns that the cache is filled, and its hits and misses are counted, but every read is served
   * from the source: to see what it would do, at no risk.
   */
  static CacheMode shadow() {
    return new Shadow();
  }

  /**
   * Returns that the cache is used for a share of its keys and off for the others. A key that is in
   * stays in, in every instance and at every higher percentage.
   *
   * @param percent from 0 to 100
   * @throws IllegalArgumentException if it is out of that range
   */
  static CacheMode percent(int percent) {
    return new Percent(percent);
  }

  /**
   * Reads what {@link #text} gave.
   *
   * @param text {@code on}, {@code off}, {@code shadow} or {@code 10%}
   * @throws IllegalArgumentException if it is something else
   */
  static CacheMode parse(String text) {
    return switch (text) {
      case "on" -> on();
      case "off" -> off();
      case "shadow" -> shadow();
      default -> {
        if (!text.matches("\\d{1,3}%")) {
          throw new IllegalArgumentException(
              "'%s' is not a cache mode. Use on, off, shadow, or 0%% to 100%%.".formatted(text));
        }
        yield percent(Integer.parseInt(text.substring(0, text.length() - 1)));
      }
    };
  }

  /** Returns {@code on}, {@code off}, {@code shadow} or {@code 10%}. */
  String text();

  /**
   * Returns what holds for one entry: on, off or shadow.
   *
   * @param entry its whole name in Redis
   */
  CacheMode of(String entry);

  /** The cache is used. */
  record On() implements CacheMode {
    @Override
    public String text() {
      return "on";
    }

    @Override
    public CacheMode of(String entry) {
      return this;
    }
  }

  /** The cache is passed by. */
  record Off() implements CacheMode {
    @Override
    public String text() {
      return "off";
    }

    @Override
    public CacheMode of(String entry) {
      return this;
    }
  }

  /** The cache is filled and measured, and every read is served from the source. */
  record Shadow() implements CacheMode {
    @Override
    public String text() {
      return "shadow";
    }

    @Override
    public CacheMode of(String entry) {
      return this;
    }
  }

  /**
   * The cache is used for a share of its keys.
   *
   * @param percent from 0 to 100
   */
  record Percent(int percent) implements CacheMode {

    private static final CacheMode IN = new On();
    private static final CacheMode OUT = new Off();

    /** Checks the range. */
    public Percent {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException(
            "A percentage of keys must be from 0 to 100, was " + percent);
      }
    }

    @Override
    public String text() {
      return percent + "%";
    }

    @Override
    public CacheMode of(String entry) {
      return Long.remainderUnsigned(StableHash.of(entry), 100) < percent ? IN : OUT;
    }
  }
}
