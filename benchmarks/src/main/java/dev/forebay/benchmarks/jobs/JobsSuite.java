package dev.forebay.benchmarks.jobs;

import static dev.forebay.benchmarks.jobs.JobActs.BATCH;
import static dev.forebay.benchmarks.jobs.JobActs.ENQUEUE;
import static dev.forebay.benchmarks.jobs.JobActs.ENQUEUE_ALL;
import static dev.forebay.benchmarks.jobs.JobActs.PROCESS;
import static dev.forebay.benchmarks.jobs.JobActs.START;
import static dev.forebay.benchmarks.jobs.JobActs.START_SOON;

import dev.forebay.benchmarks.Callers;
import dev.forebay.benchmarks.Case;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.NodeAct;
import dev.forebay.benchmarks.Pace;
import dev.forebay.benchmarks.Role;
import dev.forebay.benchmarks.Suite;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Jobs that do nothing: what it costs to hand them in, to run them, and how soon they start. */
public final class JobsSuite implements Suite {

  private static final int WAITING = 1_000;
  private static final int FEW = 200;
  private static final Set<String> POLLED = Set.of(ENQUEUE, ENQUEUE_ALL, PROCESS, START);
  private static final Set<String> ALL = Set.of(ENQUEUE, ENQUEUE_ALL, PROCESS, START, START_SOON);

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public String question() {
    return "What does it cost to hand in a job that does nothing, and to run it? How soon does one"
        + " start where nothing else waits? `B/entry` is what a"
        + " waiting job takes in Redis.";
  }

  @Override
  public List<Case> cases() {
    return List.of(enqueue(1, WAITING), enqueue(8, WAITING), enqueueAll(), process(), start(START));
  }

  @Override
  public List<Case> quickCases() {
    return List.of(enqueue(8, FEW), process(), start(START_SOON));
  }

  private static Case enqueue(int callers, int waiting) {
    return Case.of(
        ENQUEUE, "Jobs handed in one by one, nobody works", Callers.platform(callers), waiting);
  }

  private static Case enqueueAll() {
    return Case.of(ENQUEUE_ALL, "A hundred jobs handed in together", Callers.platform(1), WAITING)
        .units(BATCH);
  }

  private static Case process() {
    return Case.of(
            PROCESS,
            "8 workers run jobs while 8 callers hand in more, up to 1,000 waiting. Latencies"
                + " are those of such a queue: look at the operations a second",
            Callers.platform(8),
            WAITING)
        .pace(Pace.BY_CONTESTANT);
  }

  private static Case start(String operation) {
    return Case.of(
            operation,
            "From before the call that hands in a job to the first line of its handler, 8 workers"
                + " idle. Latencies are what counts here",
            Callers.platform(1),
            1)
        .pace(Pace.BY_CONTESTANT);
  }

  @Override
  public List<Contestant> contestants() {
    return List.of(
        contestant("lettuce list", Role.FLOOR, LettuceList.CONFIGURATION, ALL, LettuceList::new),
        contestant(
            "lettuce stream", Role.FLOOR, LettuceStream.CONFIGURATION, ALL, LettuceStream::new),
        contestant(
            "redisson RBlockingQueue",
            Role.PEER,
            RedissonQueue.CONFIGURATION,
            ALL,
            RedissonQueue::new),
        new Contestant(
            "bullmq",
            Role.PEER,
            "one process, ioredis, a worker with a concurrency of 8, jobs removed when done; jobs"
                + " are handed in by `add`, 50 at a time beside the workers and 100 together for a"
                + " batch (`addBulk` is no faster)",
            ALL,
            NodeAct.opening("jobs.mjs", Map.of(), "bullmq", "ioredis")),
        contestant("jobrunr", Role.PEER, JobRunrQueue.CONFIGURATION, POLLED, JobRunrQueue::new),
        contestant(
            "db-scheduler", Role.PEER, DbSchedulerQueue.CONFIGURATION, ALL, DbSchedulerQueue::new));
  }

  @Override
  public boolean needsPostgres() {
    return true;
  }

  private static Contestant contestant(
      String name,
      Role role,
      String configuration,
      Set<String> operations,
      JobActs.Connecting connecting) {
    return new Contestant(name, role, configuration, operations, JobActs.opening(connecting));
  }
}
