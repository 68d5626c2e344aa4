package dev.forebay.benchmarks.jobs;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.zaxxer.hikari.HikariDataSource;
import dev.forebay.benchmarks.Stage;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;
import org.jspecify.annotations.Nullable;

/** JobRunr, open-source edition. */
final class JobRunrQueue implements JobQueue {

  static final String CONFIGURATION = Postgres.CONFIGURATION
      + "; job requests rather than lambdas, Jackson 3, 8 workers, looks for jobs each 5 s (the"
      + " least it allows) and whenever a worker is free; a job on an idle queue comes a quarter or"
      + " three quarters of that after such a look here, as one at random does on average";

  private static final int POLL_SECONDS = 5;

  private final HikariDataSource pool;
  private final StorageProvider storage;
  private final JobRequestScheduler scheduler;
  private @Nullable BackgroundJobServer server;

  JobRunrQueue(Stage stage) throws SQLException {
    pool = Postgres.pool(stage);
    storage = SqlStorageProviderFactory.using(pool);
    scheduler = JobRunr.configure()
        .useJsonMapper(new Jackson3JsonMapper())
        .useStorageProvider(storage)
        .initialize()
        .getJobRequestScheduler();
  }

  /** A job. */
  public static final class Request implements JobRequest {

    private final long number;

    /** @param number of the job */
    @JsonCreator
    public Request(@JsonProperty("number") long number) {
      this.number = number;
    }

    /** Returns the number of the job. */
    public long getNumber() {
      return number;
    }

    @Override
    @JsonIgnore
    public Class<Handler> getJobRequestHandler() {
      return Handler.class;
    }
  }

  /** Runs jobs. */
  public static final class Handler implements JobRequestHandler<Request> {

    private final LongConsumer handler;

    Handler(LongConsumer handler) {
      this.handler = handler;
    }

    @Override
    public void run(Request request) {
      handler.accept(request.getNumber());
    }
  }

  @Override
  public void enqueue(long number) {
    var unused = scheduler.enqueue(new Request(number));
  }

  @Override
  public void enqueueAll(List<Long> numbers) {
    scheduler.enqueue(numbers.stream().map(Request::new));
  }

  @Override
  public void work(int workers, LongConsumer handler) {
    Handler only = new Handler(handler);
    server = JobRunr.configure()
        .useJsonMapper(new Jackson3JsonMapper())
        .useJobActivator(new JobActivator() {
          @Override
          public <T> T activateJob(Class<T> type) {
            return type.cast(only);
          }
        })
        .useStorageProvider(storage)
        .useBackgroundJobServer(
            BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                .andWorkerCount(workers)
                .andPollIntervalInSeconds(POLL_SECONDS))
        .initialize()
        .getBackgroundJobServer();
  }

  @Override
  public long pollNanos() {
    return TimeUnit.SECONDS.toNanos(POLL_SECONDS);
  }

  @Override
  public long waiting() throws SQLException {
    return Postgres.count(
        pool, "SELECT count(*) FROM jobrunr_jobs WHERE state IN ('ENQUEUED', 'PROCESSING')");
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop();
    }
    storage.close();
    pool.close();
  }
}
