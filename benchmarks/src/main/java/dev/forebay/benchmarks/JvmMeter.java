package dev.forebay.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What this JVM has used so far. */
record JvmMeter(long cpuNanos, long allocatedBytes) {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final @Nullable Method TOTAL_ALLOCATED = totalAllocated();

  static JvmMeter read() {
    return new JvmMeter(SYSTEM.getProcessCpuTime(), allocated());
  }

  JvmMeter since(JvmMeter before) {
    return new JvmMeter(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes);
  }

  // Before JDK 21 only live threads can be asked: a turn reads while its callers are alive.
  private static long allocated() {
    if (TOTAL_ALLOCATED != null) {
      try {
        return (Long) TOTAL_ALLOCATED.invoke(THREADS);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("The JVM does not tell what it allocated", e);
      }
    }
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(bytes, 0);
    }
    return sum;
  }

  private static @Nullable Method totalAllocated() {
    try {
      return ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
    } catch (NoSuchMethodException e) {
      return null;
    }
  }
}
