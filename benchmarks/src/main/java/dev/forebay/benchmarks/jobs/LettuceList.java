package dev.forebay.benchmarks.jobs;

import dev.forebay.benchmarks.Stage;
import dev.forebay.benchmarks.TextLettuce;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;
import java.util.function.LongConsumer;

/** A bare list. Each worker moves jobs to a list of its own, so that none is lost with it. */
final class LettuceList implements JobQueue {

  static final String CONFIGURATION = "`LPUSH`; each worker has a connection and does `BLMOVE` to a"
      + " list of its own, then `LREM`, which goes out with its next `BLMOVE`";

  private static final String JOBS = "jobs";
  private static final double POLL_SECONDS = 1;

  private final TextLettuce lettuce;
  private final WorkerThreads workers = new WorkerThreads();
  private int started;

  LettuceList(Stage stage) {
    lettuce = new TextLettuce(stage.uri());
  }

  @Override
  public void enqueue(long number) {
    var unused = lettuce.sync().lpush(JOBS, Long.toString(number));
  }

  @Override
  public void enqueueAll(List<Long> numbers) {
    var unused =
        lettuce.sync().lpush(JOBS, numbers.stream().map(Object::toString).toArray(String[]::new));
  }

  @Override
  public void work(int count, LongConsumer handler) {
    for (int i = 0; i < count; i++) {
      String atWork = atWork(started++);
      StatefulRedisConnection<String, String> connection = lettuce.client().connect();
      workers.start(() -> take(connection, atWork, handler));
    }
  }

  private static void take(
      StatefulRedisConnection<String, String> connection, String atWork, LongConsumer handler) {
    String job =
        connection.sync().blmove(JOBS, atWork, LMoveArgs.Builder.rightLeft(), POLL_SECONDS);
    if (job != null) {
      handler.accept(Long.parseLong(job));
      var unused = connection.async().lrem(atWork, 1, job);
    }
  }

  private static String atWork(int worker) {
    return "worker:" + worker;
  }

  @Override
  public long waiting() {
    long waiting = lettuce.sync().llen(JOBS);
    for (int i = 0; i < started; i++) {
      waiting += lettuce.sync().llen(atWork(i));
    }
    return waiting;
  }

  @Override
  public void close() {
    workers.close();
    lettuce.close();
  }
}
