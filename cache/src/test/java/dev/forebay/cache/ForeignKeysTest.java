package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.redis.spi.KeyTemplate;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What others wrote where leases and epochs lie costs hits, and stops no cache. */
@RedisTest
class ForeignKeysTest {

  private static final Event NEW = new Event(1, "new");
  private static final Event OTHER = new Event(2, "other");

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  private final Cache<Long, Event> events;
  private final EntryId id;

  ForeignKeysTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
    this.events = instance
        .caches
        .cache("events")
        .key("event:{id}", Long.class)
        .value(Event.class)
        .tags(key -> List.of("all"))
        .build();
    this.id = new CacheKeys<>(
            "Cache", namespace.keyPrefix(), "events", KeyTemplate.parse("event:{id}", Long.class))
        .idOf(1L, key -> List.of("all"));
  }

  enum Use {
    LOAD(cache -> cache.getOrLoad(1L, id -> NEW)),
    PUT(cache -> cache.put(1L, NEW)),
    DELETE(cache -> cache.delete(1L)),
    CLEAR(Cache::clear),
    TAG(cache -> cache.deleteTagged("all")),
    WRITE_THROUGH(cache -> cache.writeThrough(1L, NEW, (id, event) -> {})),
    TRANSACTION(cache -> cache.beginInvalidation(List.of(1L)).close());

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Consumer<Cache<Long, Event>> operation;

    Use(Consumer<Cache<Long, Event>> operation) {
      this.operation = operation;
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothing_in_the_place_of_a_lease_or_an_epoch_is_in_the_way(Use use) {
    plantings().forEach((what, plant) -> {
      events.put(2L, OTHER);
      namespace.execute("DEL", id.name());
      plant.run();

      use.operation.accept(events);

      assertThat(instance.caches.owesNothing()).as(what).isTrue();
      assertThat(events.getOrLoad(1L, key -> NEW)).as(what).isEqualTo(NEW);
      assertThat(events.get(1L)).as(what).contains(NEW);
      assertThat(events.getOrLoad(2L, key -> OTHER)).as(what).isEqualTo(OTHER);
      assertThat(events.get(2L)).as(what).contains(OTHER);
      assertThat(events.statistics().failures()).as(what).isZero();
    });
  }

  private Map<String, Runnable> plantings() {
    Map<String, byte[]> texts = new LinkedHashMap<>();
    texts.put("nothing", new byte[0]);
    texts.put("a long text", "long".repeat(100).getBytes(UTF_8));
    byte[] bytes = new byte[64];
    new Random(64).nextBytes(bytes);
    texts.put("any bytes", bytes);
    List<String> keys = new ArrayList<>(id.epochs());
    keys.add(id.lease());
    Map<String, Runnable> plantings = new LinkedHashMap<>();
    for (String key : keys) {
      plantings.put("a list at " + key, () -> {
        namespace.execute("DEL", key);
        namespace.execute("RPUSH", key, "x");
      });
      texts.forEach((what, text) -> plantings.put(
          what + " at " + key,
          () -> instance.redis.commands().set(key, text, Duration.ofMinutes(1)).await()));
    }
    return plantings;
  }
}
