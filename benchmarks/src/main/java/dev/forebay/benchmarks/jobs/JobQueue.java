package dev.forebay.benchmarks.jobs;

import java.util.List;
import java.util.function.LongConsumer;

/** What the suite asks of a job queue. A job is a number. Safe for concurrent use. */
interface JobQueue extends AutoCloseable {

  /** Returns when the job is stored. */
  void enqueue(long number) throws Exception;

  /** Returns when all jobs are stored, by the fastest way there is. */
  void enqueueAll(List<Long> numbers) throws Exception;

  /**
   * Starts workers, until {@link #close}. A job whose handler returned is done and will not come
   * again.
   */
  void work(int workers, LongConsumer handler) throws Exception;

  /** Returns how often it looks for jobs while there are none, in nanoseconds; 0 if it is told. */
  default long pollNanos() {
    return 0;
  }

  /** Returns how many jobs are stored that are not known to be done; those at work are among them. */
  long waiting() throws Exception;

  @Override
  void close();
}
