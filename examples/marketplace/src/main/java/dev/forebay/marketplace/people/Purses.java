package dev.forebay.marketplace.people;

import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Moves credits, in the transaction of the caller. People are read anew when it is committed. */
@Service
public class Purses {

  private final PeopleQueries queries;
  private final People people;

  Purses(PeopleQueries queries, People people) {
    this.queries = queries;
    this.people = people;
  }

  /**
   * Adds credits to a purse.
   *
   * @throws NoSuchPerson if there is nobody of that id
   */
  public void add(long person, int credits) {
    people.evictAfterCommit(List.of(person));
    require(queries.lockCredits(List.of(person)), person);
    queries.addCredits(person, credits);
  }

  /**
   * Moves credits from one purse to another.
   *
   * @throws NoSuchPerson if there is nobody of one of the ids
   * @throws NotEnoughCredits if the first purse holds less
   */
  public void move(long from, long to, int credits) {
    people.evictAfterCommit(List.of(from, to));
    Map<Long, Integer> purses = queries.lockCredits(List.of(from, to));
    require(purses, to);
    int held = require(purses, from);
    if (held < credits) {
      throw new NotEnoughCredits(held, credits);
    }
    queries.addCredits(from, -credits);
    queries.addCredits(to, credits);
  }

  private static int require(Map<Long, Integer> purses, long person) {
    Integer held = purses.get(person);
    if (held == null) {
      throw new NoSuchPerson(Long.toString(person));
    }
    return held;
  }
}
