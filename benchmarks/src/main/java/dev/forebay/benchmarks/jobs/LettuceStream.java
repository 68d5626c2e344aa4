package dev.forebay.benchmarks.jobs;

import dev.forebay.benchmarks.Stage;
import dev.forebay.benchmarks.TextLettuce;
import io.lettuce.core.Consumer;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;

/** A bare stream with one group of consumers. */
final class LettuceStream implements JobQueue {

  static final String CONFIGURATION = "`XADD`, trimmed to about 100,000 where jobs are worked on;"
      + " each worker has a connection and does `XREADGROUP` of up to 16, then one `XACK`";

  private static final String JOBS = "jobs";
  private static final String GROUP = "workers";
  private static final String FIELD = "n";
  private static final int AT_ONCE = 16;
  private static final int KEPT = 100_000;
  private static final long POLL_MILLIS = 1_000;

  private final TextLettuce lettuce;
  private final WorkerThreads workers = new WorkerThreads();
  private final XAddArgs adding;

  LettuceStream(Stage stage) {
    lettuce = new TextLettuce(stage.uri());
    boolean growing = stage.operation().startsWith(JobActs.ENQUEUE);
    adding = growing ? new XAddArgs() : XAddArgs.Builder.maxlen(KEPT).approximateTrimming();
    var unused = lettuce
        .sync()
        .xgroupCreate(StreamOffset.from(JOBS, "0"), GROUP, XGroupCreateArgs.Builder.mkstream());
  }

  @Override
  public void enqueue(long number) {
    var unused = lettuce.sync().xadd(JOBS, adding, FIELD, Long.toString(number));
  }

  @Override
  public void enqueueAll(List<Long> numbers) throws InterruptedException, ExecutionException {
    List<RedisFuture<String>> added = new ArrayList<>(numbers.size());
    for (long number : numbers) {
      added.add(lettuce.connection().async().xadd(JOBS, adding, FIELD, Long.toString(number)));
    }
    for (RedisFuture<String> each : added) {
      var unused = each.get();
    }
  }

  @Override
  public void work(int count, LongConsumer handler) {
    for (int i = 0; i < count; i++) {
      Consumer<String> consumer = Consumer.from(GROUP, "worker:" + i);
      StatefulRedisConnection<String, String> connection = lettuce.client().connect();
      workers.start(() -> take(connection, consumer, handler));
    }
  }

  @SuppressWarnings("unchecked") // an array of one offset
  private static void take(
      StatefulRedisConnection<String, String> connection,
      Consumer<String> consumer,
      LongConsumer handler) {
    List<StreamMessage<String, String>> messages = connection
        .sync()
        .xreadgroup(
            consumer,
            XReadArgs.Builder.block(POLL_MILLIS).count(AT_ONCE),
            StreamOffset.lastConsumed(JOBS));
    if (!messages.isEmpty()) {
      messages.forEach(
          message -> handler.accept(Long.parseLong(message.getBody().get(FIELD))));
      String[] ids = messages.stream().map(StreamMessage::getId).toArray(String[]::new);
      var unused = connection.async().xack(JOBS, GROUP, ids);
    }
  }

  @Override
  public long waiting() {
    Map<String, Object> group = group();
    String last = String.valueOf(group.get("last-delivered-id"));
    long delivered = ((Number) group.getOrDefault("pending", 0L)).longValue();
    return delivered
        + lettuce
            .sync()
            .xrange(JOBS, Range.from(Range.Boundary.excluding(last), Range.Boundary.unbounded()))
            .size();
  }

  private Map<String, Object> group() {
    List<?> fields = (List<?>) lettuce.sync().xinfoGroups(JOBS).get(0);
    Map<String, Object> group = new HashMap<>();
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      group.put(String.valueOf(fields.get(i)), fields.get(i + 1));
    }
    return group;
  }

  @Override
  public void close() {
    workers.close();
    lettuce.close();
  }
}
