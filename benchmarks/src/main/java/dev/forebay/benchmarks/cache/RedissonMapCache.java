package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Stage;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.MapLoader;
import org.redisson.api.options.MapCacheOptions;

/** Redisson's {@code RMapCache}: one hash for all entries, expiry by its own scripts. */
final class RedissonMapCache implements ListingCache {

  private final RedissonClient redisson;
  private final RMapCache<Long, Listing> map;
  private volatile @Nullable LongFunction<Listing> source;

  private RedissonMapCache(Stage stage, boolean loading) {
    redisson = RedissonClients.connect(stage);
    MapCacheOptions<Long, Listing> options =
        MapCacheOptions.<Long, Listing>name("listings").codec(RedissonCodecs.json());
    map = redisson.getMapCache(loading ? options.loader(new FromSource()) : options);
  }

  /** Returns a map that only holds what is put. */
  static ListingCache plain(Stage stage) {
    return new RedissonMapCache(stage, false);
  }

  /** Returns a map that reads through a {@code MapLoader}, one at a time for each key. */
  static ListingCache loading(Stage stage) {
    return new RedissonMapCache(stage, true);
  }

  private final class FromSource implements MapLoader<Long, Listing> {

    @Override
    public @Nullable Listing load(Long id) {
      LongFunction<Listing> loader = source;
      return loader == null ? null : loader.apply(id);
    }

    @Override
    public Iterable<Long> loadAllKeys() {
      return List.of();
    }
  }

  @Override
  public @Nullable Listing get(long id) {
    return map.get(id);
  }

  @Override
  public void put(long id, Listing listing) {
    map.fastPut(id, listing, 1, TimeUnit.HOURS);
  }

  @Override
  public int getAll(List<Long> ids) {
    return map.getAll(new HashSet<>(ids)).size();
  }

  @Override
  public Listing getOrLoad(long id, LongFunction<Listing> loader) {
    source = loader;
    return Objects.requireNonNull(map.get(id));
  }

  @Override
  public void close() {
    map.destroy();
    redisson.shutdown();
  }
}
