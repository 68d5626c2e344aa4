package dev.forebay.benchmarks.sessions;

import dev.forebay.benchmarks.Stage;
import dev.forebay.benchmarks.TextLettuce;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A session is a hash of its attributes. */
final class LettuceHash implements SessionStore {

  static final String CONFIGURATION = TextLettuce.CONFIGURATION
      + ", a session is a hash; `HSET` and `EXPIRE` in one go, `HGETALL`, and all three to touch or"
      + " to save";

  private static final String ACCESSED = "accessed";

  private final TextLettuce lettuce;

  LettuceHash(Stage stage) {
    lettuce = new TextLettuce(stage.uri());
  }

  @Override
  public String create(Map<String, String> attributes) throws Exception {
    String id = UUID.randomUUID().toString();
    write(id, attributes);
    return id;
  }

  private void write(String id, Map<String, String> attributes) throws Exception {
    RedisAsyncCommands<String, String> redis = lettuce.connection().async();
    var unused = redis.hset(key(id), attributes);
    RedisFuture<Boolean> expiring = redis.expire(key(id), LettuceBlob.IDLE);
    if (!expiring.get()) {
      throw new IllegalStateException("the session is gone");
    }
  }

  @Override
  public @Nullable String read(String id, String attribute) {
    return lettuce.sync().hgetall(key(id)).get(attribute);
  }

  @Override
  public @Nullable String touch(String id, String attribute) throws Exception {
    String value = read(id, attribute);
    write(id, Map.of(ACCESSED, now()));
    return value;
  }

  @Override
  public void save(String id, String attribute, String value) throws Exception {
    if (lettuce.sync().hgetall(key(id)).isEmpty()) {
      throw new IllegalStateException("the session is gone");
    }
    write(id, Map.of(attribute, value, ACCESSED, now()));
  }

  private static String now() {
    return Long.toString(System.currentTimeMillis());
  }

  private static String key(String id) {
    return "session:" + id;
  }

  @Override
  public void close() {
    lettuce.close();
  }
}
