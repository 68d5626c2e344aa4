package dev.forebay.benchmarks;

import java.lang.reflect.Method;

/** Starts callers on platform or virtual threads; the latter reflectively, as JDK 17 has none. */
interface ThreadStarter {

  /** Starts a thread that does not keep the JVM alive. */
  void start(Runnable task);

  static ThreadStarter of(Callers callers) {
    return callers.virtual() ? virtual() : ThreadStarter::startPlatform;
  }

  private static void startPlatform(Runnable task) {
    Thread thread = new Thread(task, "caller");
    thread.setDaemon(true);
    thread.start();
  }

  private static ThreadStarter virtual() {
    Method start;
    try {
      start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(
          "Virtual threads need JDK " + Callers.VIRTUAL_SINCE + " or newer", e);
    }
    return task -> {
      try {
        var unused = start.invoke(null, task);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("A virtual thread does not start", e);
      }
    };
  }
}
