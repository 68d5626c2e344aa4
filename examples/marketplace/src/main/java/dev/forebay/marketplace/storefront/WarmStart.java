package dev.forebay.marketplace.storefront;

import dev.forebay.Forebay;
import dev.forebay.cache.CacheWarmer;
import dev.forebay.marketplace.catalog.Catalog;
import dev.forebay.marketplace.catalog.Searches;
import dev.forebay.marketplace.people.Leaderboard;
import dev.forebay.marketplace.people.People;
import dev.forebay.redis.ConnectionState;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Fills the caches with what most visitors ask for, once the market is open and without holding anybody up: in the
 * background, and no faster than leaves the database free for others.
 */
@Component
class WarmStart implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(WarmStart.class);
  private static final int ENTRIES_PER_SECOND = 5_000;

  private final Forebay forebay;
  private final Catalog catalog;
  private final Searches searches;
  private final People people;
  private final Leaderboard leaderboard;
  private final boolean wanted;
  private final CacheWarmer warmer =
      CacheWarmer.builder().rate(ENTRIES_PER_SECOND).build();

  WarmStart(
      Forebay forebay,
      Catalog catalog,
      Searches searches,
      People people,
      Leaderboard leaderboard,
      @Value("${marketplace.warming}") boolean wanted) {
    this.forebay = forebay;
    this.catalog = catalog;
    this.searches = searches;
    this.people = people;
    this.leaderboard = leaderboard;
    this.wanted = wanted;
  }

  @EventListener(ApplicationReadyEvent.class)
  void begin() {
    if (wanted && forebay.connection() == ConnectionState.CONNECTED) {
      Thread thread = new Thread(this::warm, "market-warm-start");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void warm() {
    try {
      leaderboard.warm(warmer);
      searches.warm(warmer);
      catalog.warm(warmer);
      List<Long> sellers = catalog.recentSellers();
      people.warm(warmer, sellers);
    } catch (RuntimeException e) {
      // The database is away, or the market closes: whoever asks loads it then.
      log.info("The caches are warm in part only: {}", e.getMessage());
    }
  }

  /** Stops what is under way. */
  @Override
  public void destroy() {
    warmer.close();
  }
}
