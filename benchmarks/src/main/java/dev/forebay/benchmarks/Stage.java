package dev.forebay.benchmarks;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What a contestant is given for one case. Safe for concurrent use. */
public final class Stage {

  private final Case played;
  private final Address address;
  private final int instance;
  private final Recorder recorder = new Recorder(Latencies.HIGHEST, Latencies.DIGITS);

  Stage(Case played, Address address, int instance) {
    this.played = played;
    this.address = address;
    this.instance = instance;
  }

  /** Returns the case that is about to be played. */
  public Case played() {
    return played;
  }

  /** Returns the word for what is asked; the same as {@code played().operation()}. */
  public String operation() {
    return played.operation();
  }

  /** Returns how many entries there are to begin with. */
  public int entries() {
    return played.entries();
  }

  /**
   * Returns the address of Redis: {@code redis://127.0.0.1:port/database}. This database and the three
   * after it are the contestant's own, and empty.
   */
  public String uri() {
    return address.redis();
  }

  /**
   * Returns the address of an empty schema in PostgreSQL, user included, in suites that {@link
   * Suite#needsPostgres}.
   */
  public String jdbcUrl() {
    if (address.jdbc() == null) {
      throw new IllegalStateException("The suite has no PostgreSQL; see Suite.needsPostgres");
    }
    return address.jdbc();
  }

  /** Returns the number of the database in {@link #uri()}. */
  public int database() {
    return Integer.parseInt(uri().substring(uri().lastIndexOf('/') + 1));
  }

  /** Returns the port of Redis, on 127.0.0.1. */
  public int port() {
    return Integer.parseInt(uri().substring(uri().lastIndexOf(':') + 1, uri().lastIndexOf('/')));
  }

  /** Returns whether this is the JVM that writes the entries; the others come later. */
  public boolean isFirst() {
    return instance == 0;
  }

  /** Returns the number of this JVM among those of the contestant, from 0. */
  public int instance() {
    return instance;
  }

  /**
   * Tells that an operation is complete, in {@link Pace#BY_CONTESTANT} only.
   *
   * @param nanos since it began
   */
  public void completed(long nanos) {
    recorder.recordValue(Latencies.within(nanos));
  }

  Histogram completions() {
    return recorder.getIntervalHistogram();
  }
}
