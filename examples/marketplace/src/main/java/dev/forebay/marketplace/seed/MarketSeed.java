package dev.forebay.marketplace.seed;

import dev.forebay.marketplace.seed.Catalogue.Kind;
import dev.forebay.marketplace.seed.Catalogue.Place;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes one whole market over one connection. The words, prices and relations are the same at each run; times are
 * counted back from {@code now}. The caller owns the transaction: all of it, or nothing.
 */
final class MarketSeed {

  private static final long CHANCE = 20261121;
  private static final int MARKET_MINUTES = 150 * 24 * 60;

  private final Connection connection;
  private final SeedSettings settings;
  private final Instant now;
  private final Progress progress;
  private final Dice dice = new Dice(CHANCE);
  private final Catalogue catalogue = Catalogue.read();
  private final Pools pools = Pools.draw(CHANCE);
  private final MarketTalk talk = new MarketTalk(pools, dice);
  private final List<KindOnSale> kinds = new ArrayList<>();
  private final List<ItemOnSale> items = new ArrayList<>();
  private final List<Trade> trades = new ArrayList<>();

  private record KindOnSale(int id, Kind kind) {}

  private record ItemOnSale(long id, long seller, int placeId, int price, int minutesAgo) {}

  private record Trade(long id, ItemOnSale item, long buyer, int minutesAgo) {}

  MarketSeed(Connection connection, SeedSettings settings, Instant now, Progress progress) {
    this.connection = connection;
    this.settings = settings;
    this.now = now;
    this.progress = progress;
  }

  /** How many rows {@link #write} reports to its progress. */
  static long steps(SeedSettings settings) {
    return settings.people() + 2L * (settings.items() + settings.trades());
  }

  void write() throws SQLException {
    places();
    categories();
    people();
    items();
    trades();
    ratings();
    questions();
    priceChanges();
    continueIdsAfterSeed();
  }

  private void places() throws SQLException {
    try (CopyInto rows = new CopyInto(connection, "places (id, slug, name, region)")) {
      int id = 0;
      for (Place place : catalogue.places()) {
        rows.row(++id, slug(place.name()), place.name(), place.region());
      }
    }
  }

  private void categories() throws SQLException {
    try (CopyInto rows =
        new CopyInto(connection, "categories (id, parent_id, slug, name, icon, hue)")) {
      int id = 0;
      for (Catalogue.Category category : catalogue.categories()) {
        int parent = ++id;
        rows.row(
            parent, null, slug(category.name()), category.name(), category.icon(), category.hue());
        int hue = category.hue();
        for (Kind kind : category.kinds()) {
          rows.row(++id, parent, slug(kind.name()), kind.name(), kind.icon(), hue);
          kinds.add(new KindOnSale(id, kind));
          hue = (hue + 9) % 360;
        }
      }
    }
  }

  private void people() throws SQLException {
    try (CopyInto rows = new CopyInto(
        connection, "users (id, username, name, place_id, about, credits, joined_at)")) {
      Set<String> taken = new HashSet<>();
      for (int id = 1; id <= settings.people(); id++) {
        String first = dice.one(pools.firstNames());
        String last = dice.one(pools.lastNames());
        String username = slug(first) + (dice.chance(50) ? "." + slug(last) : "");
        while (!taken.add(username)) {
          username += dice.between(1, 9);
        }
        rows.row(
            id,
            username,
            first + " " + last,
            dice.between(1, catalogue.places().size()),
            talk.about(),
            (int) dice.price(20, 9000),
            minutesAgo(dice.between(MARKET_MINUTES, 6 * MARKET_MINUTES)));
        progress.step("people");
      }
    }
  }

  private void items() throws SQLException {
    int total = settings.items() + settings.trades();
    int toTrade = settings.trades();
    try (CopyInto rows = new CopyInto(
        connection,
        "items (id, seller_id, category_id, place_id, title, description, condition, price, status, created_at)")) {
      for (int id = 1; id <= total; id++) {
        KindOnSale kind = dice.one(kinds);
        String condition = dice.one(MarketTalk.CONDITIONS);
        int placeId = dice.between(1, catalogue.places().size());
        // Oldest first, so that a higher id is a newer item; the newest is minutes old.
        int age = 4 + (int) ((long) MARKET_MINUTES * (total - id) / total);
        ItemOnSale item = new ItemOnSale(
            id, 1 + dice.skewed(settings.people()), placeId, price(kind.kind(), condition), age);
        boolean traded = dice.between(1, total - id + 1) <= toTrade;
        rows.row(
            id,
            item.seller(),
            kind.id(),
            placeId,
            talk.title(kind.kind()),
            talk.description(kind.kind(), condition, catalogue.places().get(placeId - 1)),
            condition,
            item.price(),
            traded ? "traded" : "available",
            minutesAgo(age));
        items.add(item);
        if (traded) {
          toTrade--;
          long buyer = 1L + dice.skewed(settings.people());
          buyer = buyer == item.seller() ? 1 + buyer % settings.people() : buyer;
          trades.add(new Trade(
              trades.size() + 1,
              item,
              buyer,
              age - dice.between(1, Math.min(age - 1, 30 * 24 * 60))));
        }
        progress.step("items");
      }
    }
  }

  private void trades() throws SQLException {
    try (CopyInto rows =
        new CopyInto(connection, "trades (id, item_id, seller_id, buyer_id, price, traded_at)")) {
      for (Trade trade : trades) {
        rows.row(
            trade.id(),
            trade.item().id(),
            trade.item().seller(),
            trade.buyer(),
            trade.item().price(),
            minutesAgo(trade.minutesAgo()));
      }
    }
  }

  private void ratings() throws SQLException {
    try (CopyInto rows = new CopyInto(
        connection, "ratings (trade_id, rater_id, rated_id, stars, comment, rated_at)")) {
      for (Trade trade : trades) {
        if (dice.chance(80)) {
          rate(rows, trade, trade.buyer(), trade.item().seller());
        }
        if (dice.chance(55)) {
          rate(rows, trade, trade.item().seller(), trade.buyer());
        }
      }
    }
  }

  private void rate(CopyInto rows, Trade trade, long rater, long rated) throws SQLException {
    int mood = dice.between(1, 100)
        + (int) (rated * 7 % 15); // some people are rated better than others, always
    int stars = mood > 42 ? 5 : mood > 16 ? 4 : mood > 7 ? 3 : mood > 3 ? 2 : 1;
    rows.row(
        trade.id(),
        rater,
        rated,
        stars,
        talk.comment(stars),
        minutesAgo(dice.between(0, trade.minutesAgo())));
  }

  private void questions() throws SQLException {
    long id = 0;
    try (CopyInto rows =
        new CopyInto(connection, "messages (id, item_id, author_id, answers, body, sent_at)")) {
      for (ItemOnSale item : items) {
        for (int asked = dice.chance(30) ? dice.between(1, 2) : 0; asked > 0; asked--) {
          int when = dice.between(2, item.minutesAgo());
          long author = 1L + dice.skewed(settings.people());
          if (author == item.seller()) {
            continue;
          }
          long question = ++id;
          Place place = catalogue.places().get(item.placeId() - 1);
          rows.row(
              question,
              item.id(),
              author,
              null,
              talk.question(item.price(), place),
              minutesAgo(when));
          if (dice.chance(75)) {
            rows.row(
                ++id,
                item.id(),
                item.seller(),
                question,
                talk.answer(),
                minutesAgo(dice.between(1, when)));
          }
        }
        progress.step("questions");
      }
    }
  }

  private void priceChanges() throws SQLException {
    try (CopyInto rows =
        new CopyInto(connection, "price_changes (item_id, old_price, new_price, changed_at)")) {
      for (ItemOnSale item : items) {
        if (item.price() > 5 && dice.chance(22)) {
          int before = nice(item.price() * dice.between(108, 140) / 100.0);
          if (before > item.price()) {
            rows.row(
                item.id(), before, item.price(), minutesAgo(dice.between(1, item.minutesAgo())));
          }
        }
      }
    }
  }

  private void continueIdsAfterSeed() throws SQLException {
    try (var statement = connection.createStatement()) {
      for (String table : List.of("users", "items", "trades", "messages")) {
        statement.execute(
            "select setval(pg_get_serial_sequence('" + table + "', 'id'), max(id)) from " + table);
      }
    }
  }

  private int price(Kind kind, String condition) {
    int percent = switch (condition) {
      case "new" -> 120;
      case "like-new" -> 100;
      case "good" -> 82;
      case "fair" -> 55;
      default -> 25;
    };
    return nice(dice.price(kind.lowest(), kind.highest()) * percent / 100);
  }

  /** Prices as people write them: whole up to 20, then in fives, then in tens, sometimes just below. */
  private int nice(double price) {
    int step = price < 20 ? 1 : price < 150 ? 5 : 10;
    int rounded = Math.max(1, (int) Math.round(price / step) * step);
    return step > 1 && dice.chance(12) ? rounded - 1 : rounded;
  }

  private Instant minutesAgo(int minutes) {
    return now.minus(Duration.ofMinutes(minutes));
  }

  private static String slug(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
