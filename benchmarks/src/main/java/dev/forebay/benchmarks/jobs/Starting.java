package dev.forebay.benchmarks.jobs;

import dev.forebay.benchmarks.Act;
import dev.forebay.benchmarks.Stage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One job at a time, while all workers wait for one. */
final class Starting implements Act {

  private static final long PATIENCE_SECONDS = 60;

  /** Long enough for all workers to wait again. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final JobQueue queue;
  private final Ledger ledger = new Ledger();
  private final Semaphore started = new Semaphore(0);
  private int turns;

  Starting(Stage stage, JobQueue queue) throws Exception {
    this.queue = queue;
    queue.work(JobActs.WORKERS, number -> {
      stage.completed(ledger.end(number, Long.MIN_VALUE));
      started.release();
    });
  }

  /**
   * Who looks for jobs at intervals has just looked after this one, then a part of the interval goes by:
   * over two turns a job waits for as long as one at random does on average.
   */
  @Override
  public void begin() throws Exception {
    perform(0);
    long until = System.nanoTime() + queue.pollNanos() * (turns++ % 2 == 0 ? 1 : 3) / 4;
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void perform(long number) throws Exception {
    queue.enqueue(ledger.begin());
    if (!started.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a job did not start for " + PATIENCE_SECONDS + " s");
    }
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  @Override
  public void check() {
    ledger.check();
    if (ledger.ended() != ledger.begun()) {
      throw new IllegalStateException(
          ledger.begun() + " jobs were enqueued, but " + ledger.ended() + " started");
    }
  }

  @Override
  public void close() {
    queue.close();
  }
}
