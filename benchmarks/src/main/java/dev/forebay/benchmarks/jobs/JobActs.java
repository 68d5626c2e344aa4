package dev.forebay.benchmarks.jobs;

import dev.forebay.benchmarks.Act;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Stage;
import java.util.ArrayList;
import java.util.List;

/** What callers do with a {@link JobQueue}, by the word for the operation. */
final class JobActs {

  static final String ENQUEUE = "enqueue";
  static final String ENQUEUE_ALL = "enqueue 100 at once";
  static final String PROCESS = "process";
  static final String START = "start";

  /** The same for all but those who look for jobs each five seconds: a quick run is no time for them. */
  static final String START_SOON = "start without polling";

  static final int BATCH = 100;
  static final int WORKERS = 8;

  private JobActs() {}

  /** Connects an empty queue. */
  @FunctionalInterface
  interface Connecting {
    JobQueue connect(Stage stage) throws Exception;
  }

  static Contestant.Opening opening(Connecting connecting) {
    return stage -> {
      JobQueue queue = connecting.connect(stage);
      try {
        return open(stage, queue);
      } catch (Exception e) {
        queue.close();
        throw e;
      }
    };
  }

  private static Act open(Stage stage, JobQueue queue) throws Exception {
    return switch (stage.operation()) {
      case ENQUEUE -> new Enqueueing(queue, stage.entries(), 1);
      case ENQUEUE_ALL -> new Enqueueing(queue, stage.entries(), BATCH);
      case PROCESS -> new Processing(stage, queue);
      case START, START_SOON -> new Starting(stage, queue);
      default -> throw new IllegalArgumentException("Unknown operation " + stage.operation());
    };
  }

  /** Begins so many jobs and stores them. */
  static void enqueueAll(JobQueue queue, Ledger ledger, int jobs) throws Exception {
    List<Long> numbers = new ArrayList<>(jobs);
    for (int i = 0; i < jobs; i++) {
      numbers.add(ledger.begin());
    }
    queue.enqueueAll(numbers);
  }
}
