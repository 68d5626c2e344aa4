package dev.forebay.redis;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Tells virtual threads from others, where the platform has them: since Java 21. */
final class VirtualThreads {

  private static final @Nullable MethodHandle IS_VIRTUAL = find();
  private static final boolean MAY_BE_PINNED = Runtime.version().feature() < 24;

  private VirtualThreads() {}

  /** Returns whether a virtual thread that waits for a lock may keep its carrier: before Java 24. */
  static boolean mayBePinned() {
    return MAY_BE_PINNED;
  }

  static boolean isVirtual(Thread thread) {
    if (IS_VIRTUAL == null) {
      return false;
    }
    try {
      return (boolean) IS_VIRTUAL.invokeExact(thread);
    } catch (Throwable e) {
      throw new IllegalStateException("Thread.isVirtual throws nothing", e);
    }
  }

  private static @Nullable MethodHandle find() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    }
  }
}
