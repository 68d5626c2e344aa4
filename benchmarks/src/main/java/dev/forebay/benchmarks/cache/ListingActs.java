package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.Act;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What callers do with a {@link ListingCache}, by the word for the operation. */
final class ListingActs {

  static final String GET = "get";
  static final String PUT = "put";
  static final String GET_ALL = "getAll";
  static final String NEAR_GET = "near get";
  static final int BATCH = 100;

  /** So many reads are timed together: reading the clock costs more than one of them. */
  static final int NEAR_READS = 1_000;

  /** Spreads a batch over the entries. */
  private static final int STRIDE = 37;

  private ListingActs() {}

  /** Connects a cache. */
  @FunctionalInterface
  interface Connecting {
    ListingCache connect(Stage stage) throws Exception;
  }

  /** Returns how to open a cache, filled. */
  static Contestant.Opening opening(Connecting connecting) {
    return stage -> {
      ListingCache cache = connecting.connect(stage);
      if (stage.isFirst()) {
        for (int id = 0; id < stage.entries(); id++) {
          cache.put(id, Listing.of(id));
        }
        cache.settle();
      }
      return act(stage, cache);
    };
  }

  private static Act act(Stage stage, ListingCache cache) {
    int entries = stage.entries();
    return switch (stage.operation()) {
      case GET -> acting(cache, id -> check(id, cache.get(id)));
      case PUT -> {
        List<Listing> listings = new ArrayList<>();
        for (int id = 0; id < entries; id++) {
          listings.add(Listing.of(id));
        }
        yield acting(cache, id -> cache.put(id, listings.get((int) id)));
      }
      case GET_ALL ->
        acting(cache, id -> {
          List<Long> ids = new ArrayList<>(BATCH);
          for (int i = 0; i < BATCH; i++) {
            ids.add((id + (long) i * STRIDE) % entries);
          }
          int found = cache.getAll(ids);
          if (found != BATCH) {
            throw new IllegalStateException("found " + found + " of " + BATCH);
          }
        });
      case NEAR_GET ->
        acting(cache, first -> {
          for (int i = 0; i < NEAR_READS; i++) {
            long id = (first + (long) i * STRIDE) % entries;
            check(id, cache.get(id));
          }
        });
      default -> throw new IllegalArgumentException("Unknown operation " + stage.operation());
    };
  }

  static void check(long id, @Nullable Listing found) {
    if (found == null || found.id() != id) {
      throw new IllegalStateException("asked for " + id + ", got " + found);
    }
  }

  private static Act acting(ListingCache cache, Act act) {
    return new Act() {
      @Override
      public void perform(long number) throws Exception {
        act.perform(number);
      }

      @Override
      public void settle() throws Exception {
        cache.settle();
      }

      @Override
      public void close() {
        cache.close();
      }
    };
  }
}
