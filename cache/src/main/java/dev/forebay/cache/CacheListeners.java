package dev.forebay.cache;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who are told what caches do. Some may be added at any time. */
final class CacheListeners {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);

  private final List<CacheListener> listeners = new CopyOnWriteArrayList<>();

  void add(CacheListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
  }

  boolean isEmpty() {
    return listeners.isEmpty();
  }

  /** Returns whether anyone wants to know how long operations take. */
  boolean wantOperations() {
    for (CacheListener listener : listeners) {
      if (listener.wantsOperations()) {
        return true;
      }
    }
    return false;
  }

  void tell(Consumer<CacheListener> event) {
    for (CacheListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (Throwable e) {
        // An Error too, as a listener's missing class must not keep an entry from being deleted.
        log.warn("A listener of caches failed; what it was told of goes on", e);
      }
    }
  }
}
