package dev.forebay.benchmarks.jobs;

import dev.forebay.benchmarks.Act;

/** Nobody works; the queue grows. */
final class Enqueueing implements Act {

  private final JobQueue queue;
  private final int batch;
  private final Ledger ledger = new Ledger();

  /** @param batch how many jobs a call hands in */
  Enqueueing(JobQueue queue, int entries, int batch) throws Exception {
    this.queue = queue;
    this.batch = batch;
    JobActs.enqueueAll(queue, ledger, entries);
  }

  @Override
  public void perform(long number) throws Exception {
    if (batch == 1) {
      queue.enqueue(ledger.begin());
    } else {
      JobActs.enqueueAll(queue, ledger, batch);
    }
  }

  @Override
  public void check() throws Exception {
    long waiting = queue.waiting();
    if (waiting != ledger.begun()) {
      throw new IllegalStateException(
          ledger.begun() + " jobs were enqueued, but " + waiting + " are waiting");
    }
  }

  @Override
  public void close() {
    queue.close();
  }
}
