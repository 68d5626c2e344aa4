package dev.forebay.cache;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** What Forebay logs from now on, instead of on the console. For isolated tests. */
final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.forebay");
  private final @Nullable Level before = logger.getLevel();
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  static CapturedLog from(Level level) {
    CapturedLog log = new CapturedLog();
    log.setContext(log.logger.getLoggerContext());
    log.start();
    log.logger.setLevel(level);
    log.logger.setAdditive(false);
    log.logger.addAppender(log);
    return log;
  }

  @Override
  protected void append(ILoggingEvent event) {
    events.add(event);
  }

  /** Returns all events of a kind, in order. */
  List<ILoggingEvent> of(String kind) {
    return events.stream()
        .filter(event -> kind.equals(fields(event).get("event")))
        .toList();
  }

  /** Returns the only event of a kind. */
  ILoggingEvent only(String kind) {
    List<ILoggingEvent> found = of(kind);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " events '" + kind + "' in\n" + text());
    }
    return found.get(0);
  }

  static Map<String, Object> fields(ILoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> fields.put(pair.key, pair.value));
    }
    return fields;
  }

  /** Returns everything that any encoder could write. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (ILoggingEvent event : events) {
      text.append(event.getFormattedMessage())
          .append(' ')
          .append(Arrays.toString(event.getArgumentArray()))
          .append(' ')
          .append(fields(event));
      for (IThrowableProxy thrown = event.getThrowableProxy();
          thrown != null;
          thrown = thrown.getCause()) {
        text.append(' ').append(thrown.getMessage());
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setAdditive(true);
    logger.setLevel(before);
    stop();
  }
}
