package dev.forebay.benchmarks.jobs;

import dev.forebay.benchmarks.Act;
import dev.forebay.benchmarks.Stage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Workers work, and callers hand in a job for each that is done, so that the queue is never empty
 * and never grows. Between turns a gate holds the workers, each with a job in its hands.
 */
final class Processing implements Act {

  private static final long PATIENCE_SECONDS = 60;

  /** Jobs that were done but not yet acknowledged when they were counted. */
  private static final int ON_THEIR_WAY = JobActs.WORKERS * 100;

  private final Stage stage;
  private final JobQueue queue;
  private final Ledger ledger = new Ledger();
  private final Gate gate = new Gate();
  private final Semaphore done = new Semaphore(0);

  Processing(Stage stage, JobQueue queue) throws Exception {
    this.stage = stage;
    this.queue = queue;
    JobActs.enqueueAll(queue, ledger, stage.entries());
    queue.work(JobActs.WORKERS, this::handle);
    if (!gate.awaitHeld(JobActs.WORKERS, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS))) {
      gate.open();
      throw new IllegalStateException("the workers have no jobs after " + PATIENCE_SECONDS + " s");
    }
  }

  private void handle(long number) {
    gate.pass();
    stage.completed(ledger.end(number, gate.openedAt()));
    done.release();
  }

  @Override
  public void perform(long number) throws Exception {
    gate.open();
    if (done.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      queue.enqueue(ledger.begin());
    } else {
      throw new IllegalStateException("no job was done for " + PATIENCE_SECONDS + " s");
    }
  }

  @Override
  public void settle() {
    gate.close();
  }

  @Override
  public void check() throws Exception {
    ledger.check();
    long waiting = queue.waiting();
    if (waiting > stage.entries() + ON_THEIR_WAY) {
      throw new IllegalStateException(
          waiting + " jobs are stored, but only " + stage.entries() + " are not done");
    }
  }

  @Override
  public void close() {
    gate.open();
    queue.close();
  }
}
