package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The changed limits and the lists as Redis has them: as they were when reading began, but for what
 * has changed since.
 *
 * @param number of the latest change when reading began, 0 for none
 * @param generation what changes are counted from, empty for none
 * @param restored whether an instance has put back what Redis had lost before this generation
 * @param limits by limiter; modifiable
 * @param listed ms that are left of blocks, -1 for who is allowed, by subject; modifiable
 */
record StoredSettings(
    long number,
    String generation,
    boolean restored,
    Map<String, Limit> limits,
    Map<String, Long> listed) {

  /** About how many subjects are read at once. */
  static final int PAGE = 1_000;

  /** How many subjects are put back at once. */
  static final int PART = 500;

  /**
   * Reads all of it, a page for each round trip.
   *
   * @throws ForebayException if Redis fails
   */
  static StoredSettings read(NewsScripts scripts) {
    ScriptReply page = scripts.readSettings("0", PAGE).await();
    StoredSettings settings = new StoredSettings(
        page.number(0), page.text(1), page.number(2) == 1, new HashMap<>(), new HashMap<>());
    settings.add(page);
    for (String next = page.text(3); !next.equals("0"); next = page.text(3)) {
      page = scripts.readSettings(next, PAGE).await();
      settings.add(page);
    }
    return settings;
  }

  private void add(ScriptReply page) {
    int members = 5 + 2 * (int) page.number(4);
    for (int i = 5; i < members; i += 2) {
      Limit limit = ChangedLimits.parse(page.text(i), page.text(i + 1));
      if (limit != null) {
        limits.put(page.text(i), limit);
      }
    }
    for (int i = members; i + 1 < page.size(); i += 2) {
      long left = page.number(i + 1);
      if (left != 0) {
        listed.put(WireText.decode(page.text(i)), left);
      }
    }
  }

  /**
   * Puts back what Redis has lost, beside what it has, a part for each round trip. Ends before all of
   * it is there if something has changed since the number was read.
   *
   * @throws ForebayException if Redis fails; then it is to be done again from the beginning
   */
  static void putBack(
      NewsScripts scripts, long number, Map<String, Limit> limits, List<Listing> listed) {
    Map<String, Long> part = new LinkedHashMap<>();
    for (Listing listing : listed) {
      Duration blockedFor = listing.blockedFor();
      part.put(listing.subject(), blockedFor == null ? -1 : blockedFor.toMillis());
      if (part.size() == PART) {
        if (!scripts.restore(number, false, Map.of(), part).await().text().equals("TAKEN")) {
          return;
        }
        part.clear();
      }
    }
    Map<String, String> texts = new HashMap<>();
    limits.forEach((limiter, limit) -> texts.put(limiter, ChangedLimits.text(limit)));
    var unused = scripts.restore(number, true, texts, part).await();
  }
}
