package dev.forebay.marketplace.people;

import dev.forebay.Forebay;
import dev.forebay.cache.Cache;
import dev.forebay.cache.CacheWarmer;
import dev.forebay.cache.TtlClass;
import dev.forebay.marketplace.caching.AfterCommit;
import dev.forebay.redis.JsonCodec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Service;

/** Reads about people, from Redis where it can. Safe for concurrent use. */
@Service
public class People {

  private static final int RECENT = 6;

  private final PeopleQueries queries;
  private final Cache<Long, Person> people;
  private final Cache<Long, Reputation> reputations;
  private final Cache<Long, List<Rating>> ratings;
  private final Cache<Long, Long> ranks;

  People(Forebay forebay, PeopleQueries queries) {
    this.queries = queries;
    people = forebay
        .cache("people")
        .key("user:{id}", Long.class)
        .value(Person.class)
        .ttl(TtlClass.SHORT)
        .build();
    reputations = forebay
        .cache("reputations")
        .key("user:{id}:reputation", Long.class)
        .value(Reputation.class)
        .ttl(TtlClass.SHORT)
        .build();
    ratings = forebay
        .cache("ratings")
        .key("user:{id}:ratings", Long.class)
        .value(JsonCodec.listOf(Rating.class))
        .ttl(TtlClass.SHORT)
        .build();
    ranks = forebay
        .cache("ranks")
        .key("user:{id}:rank", Long.class)
        .value(Long.class)
        .ttl(TtlClass.SHORT)
        .build();
  }

  /**
   * Returns one person.
   *
   * @throws NoSuchPerson if there is none
   */
  public Person person(long id) {
    Person person = people.getAllOrLoad(Set.of(id), queries::people).get(id);
    if (person == null) {
      throw new NoSuchPerson(Long.toString(id));
    }
    return person;
  }

  /** Returns everybody asked for; who is gone is called Somebody. */
  public Map<Long, Person> people(Collection<Long> ids) {
    Map<Long, Person> all =
        new LinkedHashMap<>(people.getAllOrLoad(Set.copyOf(ids), queries::people));
    ids.forEach(id -> all.computeIfAbsent(id, Person::unknown));
    return all;
  }

  public Map<Long, Reputation> reputations(Collection<Long> ids) {
    return reputations.getAllOrLoad(Set.copyOf(ids), queries::reputations);
  }

  public Reputation reputation(long id) {
    return reputations(Set.of(id)).getOrDefault(id, Reputation.none(id));
  }

  /** Returns the latest ratings of a person. */
  public List<Rating> ratings(long id) {
    return ratings.getOrLoad(id, rated -> queries.ratings(rated, RECENT));
  }

  /** Returns a person's place among all by trades, from 1; equals share it. */
  public long rankByTrades(long id) {
    return ranks.getOrLoad(id, queries::rankByTrades);
  }

  /** Fills in people and what others say of them. Blocks until it is done. */
  public void warm(CacheWarmer warmer, Collection<Long> ids) {
    warmer.warm(people, ids, queries::people);
    warmer.warm(reputations, ids, queries::reputations);
  }

  /** Evicts people when the present transaction ends. To be called before their change. */
  void evictAfterCommit(Collection<Long> ids) {
    AfterCommit.evict(people, ids);
  }
}
