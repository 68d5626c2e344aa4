package dev.forebay.limits;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who are told what is remarkable about limits. Some may be added at any time. */
final class LimitListeners {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  private final List<LimitListener> listeners = new CopyOnWriteArrayList<>();

  void add(LimitListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
  }

  void tell(Consumer<LimitListener> event) {
    for (LimitListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (Throwable e) {
        // An Error too, as a listener's missing class must not end what tells it.
        log.warn("A listener of limits failed; limits go on", e);
      }
    }
  }
}
