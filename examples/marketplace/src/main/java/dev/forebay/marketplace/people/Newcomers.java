package dev.forebay.marketplace.people;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Service;

/** Adds people, in the transaction of the caller. */
@Service
public class Newcomers {

  private static final String ABOUT = "New to the market.";
  private static final int ATTEMPTS = 20;
  private static final int LONGEST_USERNAME = 40;

  private final PeopleQueries queries;
  private final People people;

  Newcomers(PeopleQueries queries, People people) {
    this.queries = queries;
    this.people = people;
  }

  /**
   * Adds somebody under a user name like their name.
   *
   * @param credits in the purse, 0 or more
   * @return the id
   */
  public long add(String name, int placeId, int credits) {
    String wanted = username(name);
    String free = wanted;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Long> id = queries.insert(free, name, placeId, ABOUT, credits);
      if (id.isPresent()) {
        // Somebody may have asked for this id before it was anybody's.
        people.evictAfterCommit(List.of(id.get()));
        return id.get();
      }
      free = wanted + ThreadLocalRandom.current().nextInt(10, 100 * attempt * attempt);
    }
    throw new IllegalStateException(
        "No free user name like " + wanted + " was found in " + ATTEMPTS + " attempts");
  }

  private static String username(String name) {
    String plain =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", ".").replaceAll("^\\.|\\.$", "");
    return plain.isEmpty()
        ? "neighbour"
        : plain.substring(0, Math.min(plain.length(), LONGEST_USERNAME));
  }
}
