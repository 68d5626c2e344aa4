package dev.forebay.cache;

import java.time.Duration;

/**
 * Times to live by the pace at which the data changes: the one place that names them, so that caches
 * of like data live alike.
 */
public enum TtlClass {
  /** 30 seconds: lists, search results, anything that must not look old. */
  MOMENT(Duration.ofSeconds(30)),
  /** 5 minutes: single records that people edit. */
  SHORT(Duration.ofMinutes(5)),
  /** 30 minutes: profiles, counts, rankings. */
  MEDIUM(Duration.ofMinutes(30)),
  /** 4 hours: categories, settings. */
  LONG(Duration.ofHours(4)),
  /** 1 day: reference data. */
  DAY(Duration.ofDays(1)),
  /** 7 days: derived data that is dear to compute. */
  WEEK(Duration.ofDays(7)),
  /** 30 days: data that does not change, thumbnails say. */
  MONTH(Duration.ofDays(30));

  private final Duration duration;

  TtlClass(Duration duration) {
    this.duration = duration;
  }

  /** Returns the time to live. */
  public Duration duration() {
    return duration;
  }
}
