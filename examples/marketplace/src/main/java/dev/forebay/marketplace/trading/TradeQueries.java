package dev.forebay.marketplace.trading;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL about trades and questions. Each method is one statement. */
@Repository
class TradeQueries {

  private static final String TRADE = """
      select t.item_id, i.title, i.category_id, t.seller_id, t.buyer_id, t.price, t.traded_at
      from trades t join items i on i.id = t.item_id""";

  private final JdbcClient jdbc;

  TradeQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  List<Trade> latest(int limit) {
    return jdbc.sql(TRADE + " order by t.traded_at desc, t.id desc limit :limit")
        .param("limit", limit)
        .query((row, number) -> trade(row))
        .list();
  }

  List<Trade> latestOf(long person, int limit) {
    return jdbc.sql(
            TRADE
                + " where t.seller_id = :person or t.buyer_id = :person order by t.traded_at desc, t.id desc limit :limit")
        .param("person", person)
        .param("limit", limit)
        .query((row, number) -> trade(row))
        .list();
  }

  TradeTotals totals(long person) {
    return jdbc.sql("""
            select count(*) filter (where seller_id = :person) as sold,
                   count(*) filter (where buyer_id = :person) as bought,
                   coalesce(sum(price) filter (where seller_id = :person), 0) as earned,
                   coalesce(sum(price) filter (where buyer_id = :person), 0) as spent
            from trades where seller_id = :person or buyer_id = :person""")
        .param("person", person)
        .query((row, number) -> new TradeTotals(
            row.getLong("sold"),
            row.getLong("bought"),
            row.getLong("earned"),
            row.getLong("spent")))
        .single();
  }

  List<Question> questions(long item) {
    return jdbc.sql("""
            select q.author_id, q.body, q.sent_at, a.body as answer, a.sent_at as answered_at
            from messages q left join messages a on a.answers = q.id
            where q.item_id = :item and q.answers is null order by q.sent_at, q.id""")
        .param("item", item)
        .query((row, number) -> {
          OffsetDateTime answered = row.getObject("answered_at", OffsetDateTime.class);
          return new Question(
              row.getLong("author_id"),
              row.getString("body"),
              row.getObject("sent_at", OffsetDateTime.class).toInstant(),
              row.getString("answer"),
              answered == null ? null : answered.toInstant());
        })
        .list();
  }

  AnswerHabit answerHabit(long seller) {
    return jdbc.sql("""
            select count(*) filter (where m.answers is null) as asked,
                   count(*) filter (where m.answers is not null) as answered
            from items i join messages m on m.item_id = i.id where i.seller_id = :seller""")
        .param("seller", seller)
        .query((row, number) -> new AnswerHabit(row.getLong("asked"), row.getLong("answered")))
        .single();
  }

  MarketFigures figures() {
    return jdbc.sql("""
            select (select count(*) from items where status = 'available') as items, (select count(*) from users) as people,
                   count(*) as trades, coalesce(sum(price), 0) as credits from trades""")
        .query((row, number) -> new MarketFigures(
            row.getLong("items"),
            row.getLong("people"),
            row.getLong("trades"),
            row.getLong("credits")))
        .single();
  }

  List<Week> weeks(int limit) {
    return jdbc.sql("""
            select date_trunc('week', traded_at at time zone 'UTC')::date as monday, count(*) as trades
            from trades where traded_at > now() - make_interval(weeks => :weeks) group by 1 order by 1""")
        .param("weeks", limit)
        .query((row, number) ->
            new Week(row.getObject("monday", LocalDate.class), row.getLong("trades")))
        .list();
  }

  List<Tally> busiestCategories(int limit) {
    return jdbc.sql("""
            select c.parent_id as id, count(*) as trades
            from trades t join items i on i.id = t.item_id join categories c on c.id = i.category_id
            where t.traded_at > now() - interval '30 days' group by 1 order by 2 desc, 1 limit :limit""")
        .param("limit", limit)
        .query((row, number) -> new Tally(row.getInt("id"), row.getLong("trades")))
        .list();
  }

  List<Tally> busiestPlaces(int limit) {
    return jdbc.sql("""
            select i.place_id as id, count(*) as trades from trades t join items i on i.id = t.item_id
            where t.traded_at > now() - interval '30 days' group by 1 order by 2 desc, 1 limit :limit""")
        .param("limit", limit)
        .query((row, number) -> new Tally(row.getInt("id"), row.getLong("trades")))
        .list();
  }

  /** Records a trade, and returns when it was made. */
  Instant record(long item, long seller, long buyer, int price) {
    return jdbc.sql(
            "insert into trades (item_id, seller_id, buyer_id, price) values (:item, :seller, :buyer, :price) returning traded_at")
        .param("item", item)
        .param("seller", seller)
        .param("buyer", buyer)
        .param("price", price)
        .query(OffsetDateTime.class)
        .single()
        .toInstant();
  }

  private static Trade trade(ResultSet row) throws SQLException {
    return new Trade(
        row.getLong("item_id"),
        row.getString("title"),
        row.getInt("category_id"),
        row.getLong("seller_id"),
        row.getLong("buyer_id"),
        row.getInt("price"),
        row.getObject("traded_at", OffsetDateTime.class).toInstant());
  }
}
