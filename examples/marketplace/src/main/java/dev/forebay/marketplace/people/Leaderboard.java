package dev.forebay.marketplace.people;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.CacheWarmer;
import dev.forebay.cache.TtlClass;
import dev.forebay.redis.JsonCodec;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/**
 * Who is ahead: aggregates over all trades, too dear to be computed while somebody waits. A board that is read often is
 * computed again before it is out of date; one that is out of date is shown for four more hours while one reader, of
 * all instances, has it computed in the background; and if that fails, for a day. So only who asks for a board that
 * nobody has asked for in hours waits. Safe for concurrent use.
 */
@Service
public class Leaderboard {

  private static final int SIZE = 10;

  private final PeopleQueries queries;
  private final Cache<Board, List<Standing>> boards;

  Leaderboard(
      Forebay forebay,
      PeopleQueries queries,
      @Value("${marketplace.leaderboard.fresh-for}") Duration freshFor) {
    this.queries = queries;
    boards = forebay
        .cache("boards")
        .key("board:{board}", Board.class)
        .value(JsonCodec.listOf(Standing.class))
        .ttl(freshFor)
        .refreshAhead(1)
        .serveStaleFor(TtlClass.LONG.duration())
        .serveStaleOnErrorFor(TtlClass.DAY.duration())
        .build();
  }

  /** Returns the ten who are ahead, the first first. */
  public List<Standing> board(Board board) {
    return boards.getOrLoad(board, this::load);
  }

  /** Fills in all boards. Blocks until it is done. */
  public void warm(CacheWarmer warmer) {
    warmer.warm(
        boards,
        List.of(Board.values()),
        missing -> missing.stream().collect(Collectors.toMap(Function.identity(), this::load)));
  }

  private List<Standing> load(Board board) {
    return queries.standings(board, SIZE);
  }
}
