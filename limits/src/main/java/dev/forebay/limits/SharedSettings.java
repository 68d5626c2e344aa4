package dev.forebay.limits;

import dev.forebay.redis.ForebayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits that are changed at run time, and who is blocked or allowed: what all instances follow.
 * Safe for concurrent use.
 */
final class SharedSettings extends NumberedNews {

  /*
   * Each change has a number in Redis, made by the server's clock so that it only grows. A script
   * makes the change, gives it its number and publishes a message with this number and the one
   * before. An instance that knows all up to the one before makes the change; then it knows all up to
   * this one. Else a message was lost: it makes the change all the same, and reads everything anew.
   * As the last message may be the one that was lost, or an instance may not subscribe at all, it
   * asks for the number twice a second.
   *
   * Reading takes many round trips, and is not begun anew when something changes meanwhile: what was
   * heard since its beginning is made once more in what was read. Whoever is listed all the time is
   * read, in whatever order; who is listed or not since is in what was heard, or will be.
   *
   * Messages and answers come on two connections, so a number that was asked for may be older than
   * one that was heard meanwhile. An older one counts only if nothing was heard since it was asked
   * for: then Redis has lost something.
   *
   * The first change begins a generation. Where Redis has another one than an instance knows, or
   * none, it has lost its data. The instance puts back what it knows, in parts, beside what is there,
   * which is of later; what fails is done again from the beginning, which changes nothing twice. The
   * last part is sent when all others were answered, and says that the generation is restored: from
   * then on it is what all instances read. Until then, those that know more than it keep to that.
   */

  /** So many changes are kept while everything is read; if more are heard, it is read again. */
  private static final int MOST_HEARD = 10_000;

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  private final NewsScripts scripts;
  private final SubjectLists lists;
  private final ChangedLimits limits;
  private final boolean enabled;
  private String generation = ""; // guarded by hearing
  private @Nullable List<SettingsChange> heard; // while everything is read; guarded by hearing

  /** @param enabled whether there is a Redis; else changes hold for this instance only */
  SharedSettings(NewsScripts scripts, SubjectLists lists, ChangedLimits limits, boolean enabled) {
    this.scripts = scripts;
    this.lists = lists;
    this.limits = limits;
    this.enabled = enabled;
  }

  /**
   * Makes a change here and in all instances. One round trip.
   *
   * @return false if the list is full
   * @throws ForebayException if Redis fails; then nothing has changed, or it is not known
   */
  boolean tell(String what, String of, String other) {
    if (!enabled) {
      new SettingsChange("", 0, 0, what, of, other).applyTo(limits, lists);
      return true;
    }
    String message = scripts.announce(what, of, other).await().text();
    if (message.equals("FULL")) {
      return false;
    }
    hear(message);
    return true;
  }

  @Override
  boolean hear(String message) {
    SettingsChange change = SettingsChange.parse(message);
    if (change == null) {
      log.warn("A message on the channel of limits is damaged; it changes nothing");
      return false;
    }
    hearing.lock();
    try {
      if (change.isKnown(generation, seen)) {
        return false;
      }
      if (heard != null && heard.size() < MOST_HEARD) {
        heard.add(change);
      }
      change.applyTo(limits, lists);
      if (change.isNext(generation, seen)) {
        generation = change.generation();
        seen = change.number();
      } else {
        behind = true;
      }
      return behind;
    } finally {
      hearing.unlock();
    }
  }

  /**
   * Reads anew what may have changed unheard. No round trip if nothing may have, else one for each
   * 1,000 subjects on the lists; if Redis has lost them, one for each 500.
   *
   * @throws ForebayException if Redis fails; then it is to be called again
   */
  @Override
  void follow() {
    following.lock();
    try {
      if (!behind) {
        return;
      }
      hearing.lock();
      try {
        heard = new ArrayList<>();
      } finally {
        hearing.unlock();
      }
      StoredSettings stored = StoredSettings.read(scripts);
      if (!adopt(stored)) {
        putBack(stored.number()); // and is read next time, with what others have put back
      }
    } finally {
      hearing.lock();
      try {
        heard = null;
      } finally {
        hearing.unlock();
      }
      following.unlock();
    }
  }

  /** Goes by what was read and heard since; returns false if Redis has lost what is known here. */
  private boolean adopt(StoredSettings stored) {
    hearing.lock();
    try {
      boolean other = !generation.isEmpty() && !generation.equals(stored.generation());
      boolean knows = !limits.all().isEmpty() || !lists.isEmpty();
      if (other && knows && !stored.restored()) {
        return false;
      }
      String known = stored.generation();
      long number = stored.number();
      boolean missed = false;
      for (SettingsChange change : heard == null ? List.<SettingsChange>of() : heard) {
        if (!change.isKnown(known, number)) {
          change.applyTo(stored);
          if (change.isNext(known, number)) {
            known = change.generation();
            number = change.number();
          } else {
            missed = true;
          }
        }
      }
      limits.replaceBy(stored.limits());
      lists.replaceBy(stored.listed());
      generation = known;
      seen = number;
      behind = missed;
      return true;
    } finally {
      hearing.unlock();
    }
  }

  private void putBack(long number) {
    Map<String, Limit> changed = limits.all();
    List<Listing> listed = lists.all();
    log.warn(
        "Redis has lost what limits were changed and who is blocked or allowed; {} limits and {} subjects are put back",
        changed.size(),
        listed.size());
    StoredSettings.putBack(scripts, number, changed, listed);
  }
}
