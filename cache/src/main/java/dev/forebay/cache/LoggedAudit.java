package dev.forebay.cache;

import dev.forebay.cache.AuditedOperation.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** An audit as structured log events. */
final class LoggedAudit implements CacheAudit {

  private static final Logger log = LoggerFactory.getLogger("dev.forebay.cache.audit");
  private static final int LONGEST_TEXT = 200;

  @Override
  public void record(AuditedOperation operation) {
    String actor = oneLine(operation.actor());
    LoggingEventBuilder event = log.atLevel(
            operation.outcome() == Outcome.DONE ? Level.INFO : Level.WARN)
        .addKeyValue("actor", actor)
        .addKeyValue("action", operation.action())
        .addKeyValue("cache", operation.cache())
        .addKeyValue("count", operation.count())
        .addKeyValue("outcome", operation.outcome())
        .addKeyValue("at", operation.at());
    if (!operation.keys().isEmpty()) {
      event = event.addKeyValue("keys", String.join(",", operation.keys()));
    }
    if (operation.pattern().isPresent()) {
      event = event.addKeyValue("pattern", oneLine(operation.pattern().get()));
    }
    event.log(
        "{} by '{}' on cache '{}': {}, {} entries",
        operation.action(),
        actor,
        operation.cache(),
        operation.outcome(),
        operation.count());
  }

  /** Returns text that can neither begin a line of its own nor fill the log. */
  private static String oneLine(String text) {
    String kept = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "..." : text;
    return kept.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?");
  }
}
