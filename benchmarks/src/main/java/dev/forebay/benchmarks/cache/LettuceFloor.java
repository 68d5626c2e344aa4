package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.BareLettuce;
import dev.forebay.benchmarks.Stage;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Bare Lettuce and Jackson, nothing else: GET, SET PX, and a batch in one of three ways. */
final class LettuceFloor implements ListingCache {

  private static final long TTL_MILLIS = 3_600_000;

  /** How a batch is fetched. */
  enum Batching {
    MGET,
    AUTO_FLUSH,
    MANUAL_FLUSH
  }

  private final BareLettuce lettuce;
  private final RedisCommands<String, byte[]> sync;
  private final RedisAsyncCommands<String, byte[]> async;
  private final Batching batching;
  private final ReentrantLock flushing = new ReentrantLock();

  LettuceFloor(Stage stage, Batching batching) {
    this.lettuce = new BareLettuce(stage.uri());
    this.sync = lettuce.connection().sync();
    this.async = lettuce.connection().async();
    this.batching = batching;
  }

  static String key(long id) {
    return "listing:" + id;
  }

  @Override
  public @Nullable Listing get(long id) {
    byte[] bytes = sync.get(key(id));
    return bytes == null ? null : ListingJson.read(bytes);
  }

  @Override
  public void put(long id, Listing listing) {
    sync.psetex(key(id), TTL_MILLIS, ListingJson.write(listing));
  }

  @Override
  public int getAll(List<Long> ids) throws Exception {
    return switch (batching) {
      case MGET -> mget(ids);
      case AUTO_FLUSH -> decode(send(ids));
      case MANUAL_FLUSH -> decode(sendAtOnce(ids));
    };
  }

  private int mget(List<Long> ids) {
    int found = 0;
    for (KeyValue<String, byte[]> each :
        sync.mget(ids.stream().map(LettuceFloor::key).toArray(String[]::new))) {
      if (each.hasValue()) {
        LettuceFloor.decode(each.getValue());
        found++;
      }
    }
    return found;
  }

  private List<RedisFuture<byte[]>> send(List<Long> ids) {
    List<RedisFuture<byte[]>> sent = new ArrayList<>(ids.size());
    ids.forEach(id -> sent.add(async.get(key(id))));
    return sent;
  }

  // Flushing by hand is a state of the connection: one caller at a time.
  private List<RedisFuture<byte[]>> sendAtOnce(List<Long> ids) {
    flushing.lock();
    try {
      lettuce.connection().setAutoFlushCommands(false);
      List<RedisFuture<byte[]>> sent = send(ids);
      lettuce.connection().flushCommands();
      lettuce.connection().setAutoFlushCommands(true);
      return sent;
    } finally {
      flushing.unlock();
    }
  }

  private static int decode(List<RedisFuture<byte[]>> sent) throws Exception {
    for (RedisFuture<byte[]> each : sent) {
      decode(each.get(10, TimeUnit.SECONDS));
    }
    return sent.size();
  }

  private static void decode(byte[] bytes) {
    if (ListingJson.read(bytes).priceCents() == 0) {
      throw new IllegalStateException("not a listing that was put");
    }
  }

  @Override
  public void close() {
    lettuce.close();
  }
}
