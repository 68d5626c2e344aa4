package dev.forebay.benchmarks.cache;

import dev.forebay.Forebay;
import dev.forebay.benchmarks.Stage;
import dev.forebay.cache.Cache;
import dev.forebay.redis.Availability;
import dev.forebay.redis.RedisSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Our cache as the guide shows it. */
final class ForebayCache implements ListingCache {

  static final String CONFIGURATION =
      "`Forebay.connect`, one connection, JSON by Jackson 3 in the checked envelope, command time-out 5 s";

  private final Forebay forebay;
  private final Cache<Long, Listing> cache;

  ForebayCache(Stage stage) {
    // Required and patient: a turn on a busy machine must neither drop entries nor load.
    forebay = Forebay.connect(RedisSettings.builder()
        .uri(stage.uri())
        .availability(Availability.REQUIRED)
        .commandTimeout(Duration.ofSeconds(5))
        .build());
    cache = forebay
        .cache("listings")
        .key("listing:{id}", Long.class)
        .value(Listing.class)
        .ttl(Duration.ofHours(1))
        .build();
  }

  @Override
  public @Nullable Listing get(long id) {
    return cache.get(id).orElse(null);
  }

  @Override
  public void put(long id, Listing listing) {
    cache.put(id, listing);
  }

  @Override
  public int getAll(List<Long> ids) {
    return cache.getAll(ids).size();
  }

  @Override
  public Listing getOrLoad(long id, LongFunction<Listing> loader) {
    return cache.getOrLoad(id, loader::apply);
  }

  @Override
  public void close() {
    forebay.close();
  }
}
