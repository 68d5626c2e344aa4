package dev.forebay.marketplace.trading;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.TtlClass;
import dev.forebay.marketplace.caching.AfterCommit;
import dev.forebay.redis.JsonCodec;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Service;

/** Reads trades, questions and the figures of the market, from Redis where it can. Safe for concurrent use. */
@Service
public class Trading {

  private static final String ALL = "all";
  private static final int RECENT = 6;
  private static final int BUSIEST = 8;
  private static final int WEEKS = 12;
  private static final Duration STALE = TtlClass.LONG.duration();

  private final TradeQueries queries;
  private final Cache<String, List<Trade>> latest;
  private final Cache<Long, List<Trade>> latestOf;
  private final Cache<Long, TradeTotals> totals;
  private final Cache<Long, List<Question>> questions;
  private final Cache<Long, AnswerHabit> answerHabits;
  private final Cache<String, MarketFigures> figures;
  private final Cache<String, List<Week>> weeks;
  private final Cache<String, List<Tally>> categories;
  private final Cache<String, List<Tally>> places;

  Trading(Forebay forebay, TradeQueries queries) {
    this.queries = queries;
    JsonCodec<List<Trade>> trades = JsonCodec.listOf(Trade.class);
    JsonCodec<List<Tally>> tallies = JsonCodec.listOf(Tally.class);
    latest = forebay
        .cache("latest-trades")
        .key("trades:{scope}", String.class)
        .value(trades)
        .ttl(TtlClass.SHORT)
        .build();
    latestOf = forebay
        .cache("trades-of-person")
        .key("user:{id}:trades", Long.class)
        .value(trades)
        .ttl(TtlClass.SHORT)
        .build();
    totals = forebay
        .cache("trade-totals")
        .key("user:{id}:totals", Long.class)
        .value(TradeTotals.class)
        .ttl(TtlClass.SHORT)
        .build();
    questions = forebay
        .cache("questions")
        .key("item:{id}:questions", Long.class)
        .value(JsonCodec.listOf(Question.class))
        .ttl(TtlClass.SHORT)
        .build();
    answerHabits = forebay
        .cache("answer-habits")
        .key("user:{id}:answers", Long.class)
        .value(AnswerHabit.class)
        .ttl(TtlClass.SHORT)
        .build();
    figures = forebay
        .cache("market-figures")
        .key("market:{scope}:figures", String.class)
        .value(MarketFigures.class)
        .ttl(TtlClass.SHORT)
        .refreshAhead(1)
        .serveStaleFor(STALE)
        .build();
    weeks = forebay
        .cache("market-weeks")
        .key("market:{scope}:weeks", String.class)
        .value(JsonCodec.listOf(Week.class))
        .ttl(TtlClass.MEDIUM)
        .refreshAhead(1)
        .serveStaleFor(STALE)
        .build();
    categories = forebay
        .cache("busiest-categories")
        .key("market:{scope}:categories", String.class)
        .value(tallies)
        .ttl(TtlClass.MEDIUM)
        .refreshAhead(1)
        .serveStaleFor(STALE)
        .build();
    places = forebay
        .cache("busiest-places")
        .key("market:{scope}:places", String.class)
        .value(tallies)
        .ttl(TtlClass.MEDIUM)
        .refreshAhead(1)
        .serveStaleFor(STALE)
        .build();
  }

  /** Returns the latest trades of the whole market. */
  public List<Trade> latest() {
    return latest.getOrLoad(ALL, all -> queries.latest(RECENT));
  }

  public List<Trade> latestOf(long person) {
    return latestOf.getOrLoad(person, id -> queries.latestOf(id, RECENT));
  }

  public TradeTotals totals(long person) {
    return totals.getOrLoad(person, queries::totals);
  }

  /** Returns the public questions on an item, the oldest first. */
  public List<Question> questions(long item) {
    return questions.getOrLoad(item, queries::questions);
  }

  public AnswerHabit answerHabit(long seller) {
    return answerHabits.getOrLoad(seller, queries::answerHabit);
  }

  public MarketFigures figures() {
    return figures.getOrLoad(ALL, all -> queries.figures());
  }

  /** Returns the trades of each of the last twelve weeks, the present one included. */
  public List<Week> weeks() {
    return weeks.getOrLoad(ALL, all -> queries.weeks(WEEKS));
  }

  public List<Tally> busiestCategories() {
    return categories.getOrLoad(ALL, all -> queries.busiestCategories(BUSIEST));
  }

  public List<Tally> busiestPlaces() {
    return places.getOrLoad(ALL, all -> queries.busiestPlaces(BUSIEST));
  }

  /**
   * Evicts what a trade between two people adds to, when the present transaction ends. To be called before it is
   * recorded. The figures of the whole market follow when they are computed next.
   */
  void evictAfterCommit(long seller, long buyer) {
    List<Long> both = List.of(seller, buyer);
    AfterCommit.evict(latest, List.of(ALL));
    AfterCommit.evict(latestOf, both);
    AfterCommit.evict(totals, both);
  }
}
