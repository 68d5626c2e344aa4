package dev.forebay.marketplace.people;

import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL about people. Each method is one statement. */
@Repository
class PeopleQueries {

  private final JdbcClient jdbc;

  PeopleQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Map<Long, Person> people(Collection<Long> ids) {
    return jdbc
        .sql(
            "select id, username, name, place_id, about, credits, joined_at from users where id = any(:ids)")
        .param("ids", ids.toArray(Long[]::new))
        .query((row, number) -> new Person(
            row.getLong("id"),
            row.getString("username"),
            row.getString("name"),
            row.getInt("place_id"),
            row.getString("about"),
            row.getInt("credits"),
            row.getObject("joined_at", OffsetDateTime.class).toInstant()))
        .list()
        .stream()
        .collect(Collectors.toMap(Person::id, Function.identity()));
  }

  /** Everybody asked for is in the result, rated or not. */
  Map<Long, Reputation> reputations(Collection<Long> ids) {
    Map<Long, Reputation> rated = jdbc
        .sql("""
            select rated_id, count(*) filter (where stars = 1) as one, count(*) filter (where stars = 2) as two,
                   count(*) filter (where stars = 3) as three, count(*) filter (where stars = 4) as four,
                   count(*) filter (where stars = 5) as five
            from ratings where rated_id = any(:ids) group by rated_id""")
        .param("ids", ids.toArray(Long[]::new))
        .query((row, number) -> new Reputation(
            row.getLong("rated_id"),
            List.of(
                row.getInt("one"),
                row.getInt("two"),
                row.getInt("three"),
                row.getInt("four"),
                row.getInt("five"))))
        .list()
        .stream()
        .collect(Collectors.toMap(Reputation::userId, Function.identity()));
    return ids.stream()
        .collect(Collectors.toMap(
            Function.identity(), id -> rated.getOrDefault(id, Reputation.none(id))));
  }

  List<Rating> ratings(long id, int limit) {
    return jdbc.sql("""
            select r.rater_id, r.stars, r.comment, i.title, r.rated_at
            from ratings r join trades t on t.id = r.trade_id join items i on i.id = t.item_id
            where r.rated_id = :id order by r.rated_at desc, r.id desc limit :limit""")
        .param("id", id)
        .param("limit", limit)
        .query((row, number) -> new Rating(
            row.getLong("rater_id"),
            row.getInt("stars"),
            row.getString("comment"),
            row.getString("title"),
            row.getObject("rated_at", OffsetDateTime.class).toInstant()))
        .list();
  }

  List<Standing> standings(Board board, int limit) {
    String scores = switch (board) {
      case TRADES -> """
          select user_id, count(*) as score
          from (select seller_id as user_id from trades union all select buyer_id from trades) sides group by user_id""";
      case CREDITS -> "select id as user_id, credits as score from users";
      case RATING -> """
          select rated_id as user_id, round(100 * avg(stars)) as score
          from ratings group by rated_id having count(*) >= 10""";
      case EARNINGS -> """
          select seller_id as user_id, sum(price) as score
          from trades where traded_at > now() - interval '30 days' group by seller_id""";
    };
    return jdbc.sql("select user_id, score from (" + scores
            + ") scores order by score desc, user_id limit :limit")
        .param("limit", limit)
        .query(
            (row, number) -> new Standing(number + 1, row.getLong("user_id"), row.getLong("score")))
        .list();
  }

  /** Returns how many people have traded more than this one, plus one. */
  long rankByTrades(long id) {
    return jdbc.sql("""
            with scores as (
              select user_id, count(*) as score
              from (select seller_id as user_id from trades union all select buyer_id from trades) sides group by user_id)
            select 1 + count(*) from scores where score > coalesce((select score from scores where user_id = :id), 0)""").param("id", id).query(Long.class).single();
  }

  /**
   * Returns the credits of those who exist, and locks their rows until the transaction ends; in the order of ids, so
   * that two such locks never wait for each other.
   */
  Map<Long, Integer> lockCredits(Collection<Long> ids) {
    return jdbc
        .sql("select id, credits from users where id = any(:ids) order by id for update")
        .param("ids", ids.toArray(Long[]::new))
        .query((row, number) -> Map.entry(row.getLong("id"), row.getInt("credits")))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Adds somebody, unless the user name is taken: then nobody, and it is empty. */
  Optional<Long> insert(String username, String name, int placeId, String about, int credits) {
    return jdbc.sql("""
            insert into users (username, name, place_id, about, credits)
            values (:username, :name, :place, :about, :credits) on conflict (username) do nothing returning id""")
        .param("username", username)
        .param("name", name)
        .param("place", placeId)
        .param("about", about)
        .param("credits", credits)
        .query(Long.class)
        .optional();
  }

  void addCredits(long id, int credits) {
    jdbc.sql("update users set credits = credits + :credits where id = :id")
        .param("id", id)
        .param("credits", credits)
        .update();
  }
}
