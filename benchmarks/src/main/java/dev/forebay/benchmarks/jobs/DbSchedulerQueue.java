package dev.forebay.benchmarks.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import dev.forebay.benchmarks.Stage;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** db-scheduler. */
final class DbSchedulerQueue implements JobQueue {

  static final String CONFIGURATION = Postgres.CONFIGURATION
      + "; one-time tasks without data, lock-and-fetch of up to 20 jobs a thread, again when 4 a"
      + " thread are left; immediate execution on an idle queue only, as it halves the throughput"
      + " of a busy one";

  private static final double LOWER = 4;
  private static final double UPPER = 20;

  // What db-scheduler says its table must have.
  private static final String TABLE = """
      CREATE TABLE scheduled_tasks (
        task_name text NOT NULL,
        task_instance text NOT NULL,
        task_data bytea,
        execution_time timestamptz NOT NULL,
        picked boolean NOT NULL,
        picked_by text,
        last_success timestamptz,
        last_failure timestamptz,
        consecutive_failures int,
        last_heartbeat timestamptz,
        version bigint NOT NULL,
        priority smallint,
        PRIMARY KEY (task_name, task_instance)
      );
      CREATE INDEX ON scheduled_tasks (execution_time);
      CREATE INDEX ON scheduled_tasks (last_heartbeat);
      """;

  private final HikariDataSource pool;
  private final boolean busy;
  private Scheduler scheduler;
  private OneTimeTask<Void> task;
  private @Nullable Scheduler started;

  DbSchedulerQueue(Stage stage) throws SQLException {
    busy = stage.operation().equals(JobActs.PROCESS);
    pool = Postgres.pool(stage);
    Postgres.execute(pool, TABLE);
    task = task(number -> {});
    scheduler = scheduler(JobActs.WORKERS);
  }

  private static OneTimeTask<Void> task(LongConsumer handler) {
    return Tasks.oneTime("job")
        .execute((instance, context) -> handler.accept(Long.parseLong(instance.getId())));
  }

  private Scheduler scheduler(int workers) {
    SchedulerBuilder builder = Scheduler.create(pool, task)
        .schedulerName(new SchedulerName.Fixed("benchmarks"))
        .threads(workers)
        .pollUsingLockAndFetch(LOWER, UPPER)
        .pollingInterval(Duration.ofSeconds(1));
    return (busy ? builder : builder.enableImmediateExecution()).build();
  }

  @Override
  public void enqueue(long number) {
    scheduler.schedule(instance(number), Instant.now());
  }

  @Override
  public void enqueueAll(List<Long> numbers) {
    List<TaskInstance<?>> instances =
        numbers.stream().<TaskInstance<?>>map(this::instance).toList();
    scheduler.scheduleBatch(instances, Instant.now());
  }

  private TaskInstance<Void> instance(long number) {
    return task.instance(Long.toString(number));
  }

  @Override
  public void work(int workers, LongConsumer handler) {
    task = task(handler);
    scheduler = scheduler(workers);
    started = scheduler;
    started.start();
  }

  @Override
  public long waiting() throws SQLException {
    return Postgres.count(pool, "SELECT count(*) FROM scheduled_tasks");
  }

  @Override
  public void close() {
    if (started != null) {
      started.stop();
    }
    pool.close();
  }
}
