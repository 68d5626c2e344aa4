package dev.forebay.redis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * What connections log at INFO and Lettuce at ERROR about some servers, instead of on the console,
 * whatever else is tested at the same time. For tests with {@code @ResourceLock("log of Redis")}.
 */
final class RedisLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger forebay = (Logger) LoggerFactory.getLogger("dev.forebay.redis");
  private final Logger lettuce = (Logger) LoggerFactory.getLogger("io.lettuce");
  private final List<String> ports;
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  private RedisLog(int... ports) {
    this.ports = Arrays.stream(ports).mapToObj(port -> ":" + port).toList();
  }

  /** Returns what is logged from now on of servers with these ports. */
  static RedisLog of(int... ports) {
    RedisLog log = new RedisLog(ports);
    log.setContext(log.forebay.getLoggerContext());
    log.start();
    log.forebay.setLevel(Level.INFO);
    log.lettuce.setLevel(Level.ERROR);
    Stream.of(log.forebay, log.lettuce).forEach(logger -> {
      logger.setAdditive(false);
      logger.addAppender(log);
    });
    return log;
  }

  @Override
  protected void append(ILoggingEvent event) {
    String line = event.getFormattedMessage();
    if (ports.stream().anyMatch(line::contains)) {
      events.add(event);
    }
  }

  List<String> lines() {
    return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** Returns the events that Forebay names, in order. */
  List<String> events() {
    List<String> names = new ArrayList<>();
    for (ILoggingEvent event : events) {
      List<KeyValuePair> pairs = event.getKeyValuePairs();
      if (pairs != null) {
        pairs.stream()
            .filter(pair -> pair.key.equals("event"))
            .forEach(pair -> names.add(String.valueOf(pair.value)));
      }
    }
    return names;
  }

  @Override
  public void close() {
    Stream.of(forebay, lettuce).forEach(logger -> {
      logger.detachAppender(this);
      logger.setAdditive(true);
      logger.setLevel(null);
    });
    stop();
  }
}
