package dev.forebay.benchmarks.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Threads that take jobs from a queue until they are told to end. */
final class WorkerThreads implements AutoCloseable {

  private static final long GOODBYE_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  /** Takes jobs once, waiting a second at most where there are none, and runs them. */
  @FunctionalInterface
  interface Step {
    void take() throws Exception;
  }

  void start(Step step) {
    Thread thread = new Thread(() -> run(step), "worker-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void run(Step step) {
    while (!closed) {
      try {
        step.take();
      } catch (Exception e) {
        if (!closed) {
          throw new IllegalStateException("A worker ends", e);
        }
      }
    }
  }

  /** Interrupts the workers and waits for them; the connections may be closed after that. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join(GOODBYE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
