package dev.forebay.redis;

import dev.forebay.testing.RedisNamespace;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * The tests of every command, to be run again and again while servers change: on keys of one slot, but
 * for those that a scan looks for, as it may miss what moves on meanwhile.
 */
final class CommandSuite extends RedisCommandsTest {

  private static final List<Method> TESTS = AnnotationSupport.findAnnotatedMethods(
          RedisCommandsTest.class, Test.class, HierarchyTraversalMode.TOP_DOWN)
      .stream()
      .filter(test -> test.getParameterCount() == 0)
      .toList();

  private final Redis redis;
  private final String tag;
  private final LongAdder passed = new LongAdder();

  CommandSuite(RedisNamespace namespace, Redis redis, String tag) {
    super(namespace);
    this.redis = redis;
    this.tag = tag;
    connected();
  }

  @Override
  Redis connect(RedisNamespace to) {
    return redis;
  }

  @Override
  String key(String name) {
    return name.startsWith("scan:") ? super.key(name) : tag + super.key(name);
  }

  @Override
  boolean mayMiss() {
    return true;
  }

  /** How many tests passed. */
  long passed() {
    return passed.sum();
  }

  /** Runs each test once. */
  void run() {
    TESTS.forEach(this::run);
  }

  private void run(Method test) {
    redis.commands().unlink(List.of(key("a"), key("b"), key("c"))).await();
    ReflectionSupport.invokeMethod(test, this);
    passed.increment();
  }

  /**
   * Runs each test once. Redis may be away.
   *
   * @param changes odd while servers change: then what was written may be lost
   */
  void runThrough(AtomicInteger changes) {
    for (Method test : TESTS) {
      int before = changes.get();
      try {
        run(test);
      } catch (RedisUnavailableException e) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      } catch (AssertionError e) {
        if (before % 2 == 0 && before == changes.get()) {
          throw e;
        }
      }
    }
  }
}
