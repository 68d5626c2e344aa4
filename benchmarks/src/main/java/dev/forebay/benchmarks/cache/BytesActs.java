package dev.forebay.benchmarks.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.forebay.benchmarks.Act;
import dev.forebay.benchmarks.BareJedis;
import dev.forebay.benchmarks.BareLettuce;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Stage;
import dev.forebay.redis.Availability;
import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.spi.RedisCommands;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.function.Function;
import redis.clients.jedis.params.SetParams;

/** {@code GET} of bytes without a codec: the floor of ours beside the drivers. */
final class BytesActs {

  static final String GET_BYTES = "GET of bytes";
  static final String SCRIPT = "EVALSHA";

  private static final Duration TTL = Duration.ofHours(1);

  private BytesActs() {}

  /** What a driver must do. */
  interface Driver extends AutoCloseable {
    void set(String key, byte[] value) throws Exception;

    int length(String key) throws Exception;

    /** Runs {@code length_of.lua}. */
    int lengthByScript(String key) throws Exception;

    @Override
    void close();
  }

  static Contestant.Opening opening(Function<Stage, Driver> connecting) {
    return stage -> {
      Driver driver = connecting.apply(stage);
      boolean scripted = stage.operation().equals(SCRIPT);
      int length = ListingJson.write(Listing.of(0)).length;
      if (stage.isFirst()) {
        for (int id = 0; id < stage.entries(); id++) {
          driver.set(LettuceFloor.key(id), new byte[length]);
        }
      }
      return new Act() {
        @Override
        public void perform(long number) throws Exception {
          String key = LettuceFloor.key(number);
          int found = scripted ? driver.lengthByScript(key) : driver.length(key);
          if (found != length) {
            throw new IllegalStateException("expected " + length + " bytes, got " + found);
          }
        }

        @Override
        public void close() {
          driver.close();
        }
      };
    };
  }

  static Driver lettuce(Stage stage) {
    BareLettuce lettuce = new BareLettuce(stage.uri());
    var sync = lettuce.connection().sync();
    String sha = sync.scriptLoad(FloorScripts.LENGTH_OF.source());
    return new Driver() {
      @Override
      public void set(String key, byte[] value) {
        sync.psetex(key, TTL.toMillis(), value);
      }

      @Override
      public int length(String key) {
        return sync.get(key).length;
      }

      @Override
      public int lengthByScript(String key) {
        byte[] reply = sync.evalsha(sha, ScriptOutputType.VALUE, key);
        return Integer.parseInt(new String(reply, US_ASCII));
      }

      @Override
      public void close() {
        lettuce.close();
      }
    };
  }

  static Driver jedis(Stage stage) {
    var jedis = BareJedis.connect(stage);
    String sha = jedis.scriptLoad(FloorScripts.LENGTH_OF.source());
    return new Driver() {
      @Override
      public void set(String key, byte[] value) {
        jedis.set(key.getBytes(US_ASCII), value, SetParams.setParams().px(TTL.toMillis()));
      }

      @Override
      public int length(String key) {
        return jedis.get(key.getBytes(US_ASCII)).length;
      }

      @Override
      public int lengthByScript(String key) {
        return Integer.parseInt((String) jedis.evalsha(sha, 1, key));
      }

      @Override
      public void close() {
        jedis.close();
      }
    };
  }

  /** Our floor: what features send their commands through. */
  static Driver forebay(Stage stage) {
    Redis redis = Redis.connect(RedisSettings.builder()
        .uri(stage.uri())
        .availability(Availability.REQUIRED)
        .commandTimeout(Duration.ofSeconds(5))
        .build());
    RedisCommands commands = redis.commands();
    FloorScripts scripts = new FloorScripts(commands);
    return new Driver() {
      @Override
      public void set(String key, byte[] value) {
        commands.set(key, value, TTL).await();
      }

      @Override
      public int length(String key) {
        return commands.get(key).await().orElseThrow().length;
      }

      @Override
      public int lengthByScript(String key) {
        return (int) scripts.lengthOf(key).await().number(0);
      }

      @Override
      public void close() {
        redis.close();
      }
    };
  }
}
