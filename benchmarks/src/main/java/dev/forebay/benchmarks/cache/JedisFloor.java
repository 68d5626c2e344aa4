package dev.forebay.benchmarks.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.forebay.benchmarks.BareJedis;
import dev.forebay.benchmarks.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;

/** Bare Jedis and Jackson, a pooled connection for each caller. */
final class JedisFloor implements ListingCache {

  static final String CONFIGURATION = BareJedis.CONFIGURATION + ", Jackson 3";
  private static final long TTL_MILLIS = 3_600_000;

  private final RedisClient jedis;

  JedisFloor(Stage stage) {
    jedis = BareJedis.connect(stage);
  }

  private static byte[] key(long id) {
    return LettuceFloor.key(id).getBytes(US_ASCII);
  }

  @Override
  public @Nullable Listing get(long id) {
    byte[] bytes = jedis.get(key(id));
    return bytes == null ? null : ListingJson.read(bytes);
  }

  @Override
  public void put(long id, Listing listing) {
    jedis.set(key(id), ListingJson.write(listing), SetParams.setParams().px(TTL_MILLIS));
  }

  @Override
  public int getAll(List<Long> ids) {
    int found = 0;
    for (byte[] bytes : jedis.mget(ids.stream().map(JedisFloor::key).toArray(byte[][]::new))) {
      if (bytes != null && ListingJson.read(bytes).priceCents() != 0) {
        found++;
      }
    }
    return found;
  }

  @Override
  public void close() {
    jedis.close();
  }
}
