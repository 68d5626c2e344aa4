package dev.forebay.cache;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Describes a {@link CacheWarmer}; everything has a default. Not safe for concurrent use. */
public final class CacheWarmerBuilder {

  private int batch = 100;
  private int parallelism = 2;
  private double rate = Double.POSITIVE_INFINITY;
  private boolean reload;
  private @Nullable Consumer<WarmingProgress> progress;

  CacheWarmerBuilder() {}

  /** Sets how many keys a loader gets at once: 1 to 10,000, by default 100. */
  public CacheWarmerBuilder batch(int keys) {
    this.batch = require("batch", keys, 10_000);
    return this;
  }

  /** Sets how many batches are loaded at a time: 1 to 64, by default 2. */
  public CacheWarmerBuilder parallelism(int batches) {
    this.parallelism = require("parallelism", batches, 64);
    return this;
  }

  /**
   * Bounds how many entries are loaded per second, so that the source has room for others; not
   * bounded by default. Batches that are under way when the bound is met still end.
   *
   * @param entries more than 0
   */
  public CacheWarmerBuilder rate(double entries) {
    if (!(entries > 0)) {
      throw new IllegalArgumentException("rate must be > 0 entries per second, was " + entries);
    }
    this.rate = entries;
    return this;
  }

  /**
   * Loads entries that are cached too; by default they are left alone. Each batch is deleted first,
   * which listeners are told as an invalidation, so that what changes meanwhile is not overwritten by
   * what it was.
   */
  public CacheWarmerBuilder reload() {
    this.reload = true;
    return this;
  }

  /**
   * Sets who is told the progress, after each batch and at the end, one call at a time. By default
   * it is a bar on the standard error stream where a person watches a terminal, else a line in the
   * log every 10 seconds.
   */
  public CacheWarmerBuilder progress(Consumer<WarmingProgress> listener) {
    this.progress = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /** Builds the warmer. */
  public CacheWarmer build() {
    return new CacheWarmer(batch, parallelism, rate, reload, progress);
  }

  private static int require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s must be from 1 to %,d, was %d".formatted(name, most, value));
    }
    return value;
  }
}
