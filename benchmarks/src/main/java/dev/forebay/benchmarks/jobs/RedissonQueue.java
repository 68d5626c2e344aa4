package dev.forebay.benchmarks.jobs;

import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Stage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.LongCodec;

/** Redisson's blocking queue. */
final class RedissonQueue implements JobQueue {

  static final String CONFIGURATION = "`RBlockingQueue`, numbers by `LongCodec`, 64 connections; a"
      + " job that was polled is lost with its worker (`RReliableQueue` is not in the open-source"
      + " edition)";

  private static final long POLL_SECONDS = 1;

  private final RedissonClient redisson;
  private final RBlockingQueue<Long> queue;
  private final WorkerThreads workers = new WorkerThreads();

  RedissonQueue(Stage stage) {
    redisson = RedissonClients.connect(stage);
    queue = redisson.getBlockingQueue("jobs", LongCodec.INSTANCE);
  }

  @Override
  public void enqueue(long number) {
    if (!queue.offer(number)) {
      throw new IllegalStateException("refused");
    }
  }

  @Override
  public void enqueueAll(List<Long> numbers) {
    var unused = queue.addAll(numbers);
  }

  @Override
  public void work(int count, LongConsumer handler) {
    for (int i = 0; i < count; i++) {
      workers.start(() -> {
        Long number = queue.poll(POLL_SECONDS, TimeUnit.SECONDS);
        if (number != null) {
          handler.accept(number);
        }
      });
    }
  }

  @Override
  public long waiting() {
    return queue.size();
  }

  @Override
  public void close() {
    workers.close();
    redisson.shutdown();
  }
}
