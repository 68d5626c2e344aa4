package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedRedis;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Injects a real Redis into constructors, {@code @BeforeEach}, {@code @AfterEach} and test methods:
 *
 * <ul>
 *   <li>{@link RedisNamespace}: a part of a server that all tests of the run share, started when the
 *       first test asks for it and stopped after the last. With the environment variable {@code
 *       FOREBAY_TEST_REDIS_URL} ({@code redis://[:password@]host[:port]}) it is that server instead.
 *       With {@link RedisTest @RedisTest(Topology.SENTINEL)} or {@code (Topology.CLUSTER)} it is part
 *       of such a set, shared in the same way; with {@code (Topology.MOVING_CLUSTER)} the slots of
 *       its keys move meanwhile; tests must not end or move what others use. Each test,
 *       and each invocation of a parameterized one, gets its own, the same in all its parameters; its
 *       keys are deleted after the test.
 *   <li>{@link FaultProxy}: a proxy of this test before the shared server.
 *   <li>{@link OwnServer @OwnServer} {@link EmbeddedRedis} and others: servers for this test alone,
 *       closed after it.
 * </ul>
 *
 * <p>A test that a class inherits from one of another topology is skipped there if it has servers of
 * its own: it would be the same test once more.
 *
 * <p>What {@code @BeforeAll} or the constructor of a {@code PER_CLASS} test class is given belongs
 * to the whole class: all its tests get the same. Tests may run in parallel.
 *
 * <p>Register it with {@link RedisTest @RedisTest} or {@code @ExtendWith(RedisExtension.class)}.
 */
public final class RedisExtension implements ParameterResolver, ExecutionCondition {

  private static final Namespace STORE = Namespace.create(RedisExtension.class);

  /** For JUnit. Starts nothing yet. */
  public RedisExtension() {}

  /** The constructor of a test object gets what its test gets. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(
      ExtensionContext rootContext) {
    return ExtensionContextScope.TEST_METHOD;
  }

  /** Skips what the class inherits from one of another topology, and has servers of its own. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return context
        .getTestMethod()
        .filter(method -> isSameTestAsInherited(method, context))
        .map(method -> ConditionEvaluationResult.disabled("It has servers of its own, and runs in "
            + method.getDeclaringClass().getName()))
        .orElseGet(() -> ConditionEvaluationResult.enabled(null));
  }

  private static boolean isSameTestAsInherited(Method method, ExtensionContext context) {
    Class<?> declaring = method.getDeclaringClass();
    return declaring != context.getRequiredTestClass()
        && !Modifier.isAbstract(declaring.getModifiers())
        && Arrays.stream(method.getParameters())
            .anyMatch(parameter -> parameter.isAnnotationPresent(OwnServer.class))
        && AnnotationSupport.findAnnotation(declaring, RedisTest.class)
            .filter(inherited -> inherited.value() != topologyOf(context))
            .isPresent();
  }

  /** True for a {@link RedisNamespace}, a {@link FaultProxy} and a parameter with {@link OwnServer}. */
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == RedisNamespace.class
        || type == FaultProxy.class
        || parameter.isAnnotated(OwnServer.class);
  }

  /**
   * Starts servers if need be, which blocks until they answer.
   *
   * @throws ParameterResolutionException if {@link OwnServer} marks a type that it does not go with,
   *     or a proxy is to stand before a shared set
   * @throws dev.forebay.embedded.EmbeddedServerException if a server cannot be started
   */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Store store = context.getStore(STORE);
    Class<?> type = parameter.getParameter().getType();
    Optional<OwnServer> own = parameter.findAnnotation(OwnServer.class);
    if (own.isPresent()) {
      return OwnServers.get(own.get(), type, store);
    }
    Topology topology = topologyOf(context);
    if (type == FaultProxy.class) {
      requireOneServer(topology);
      return store.computeIfAbsent(
          type, key -> proxyBefore(shared(topology, context)), FaultProxy.class);
    }
    return store
        .computeIfAbsent(
            new LentKey(topology),
            key -> Lent.from(shared(topology, context), topology),
            Lent.class)
        .namespace();
  }

  private record LentKey(Topology topology) {}

  /** A name space that is cleaned when JUnit closes the store of its test. */
  private record Lent(RedisNamespace namespace, Runnable calm) implements AutoCloseable {

    static Lent from(SharedServers shared, Topology topology) {
      RedisNamespace namespace = new RedisNamespace(shared, topology);
      return new Lent(namespace, shared.disturb(namespace.keyPrefix()));
    }

    @Override
    public void close() {
      try {
        calm.run();
      } catch (RuntimeException e) {
        try {
          namespace.deleteKeys();
        } catch (RuntimeException also) {
          e.addSuppressed(also);
        }
        throw e;
      }
      namespace.deleteKeys();
    }
  }

  /** What the nearest annotation says: on the method, its class, or a class around that. */
  private static Topology topologyOf(ExtensionContext context) {
    List<Class<?>> classes = new ArrayList<>(context.getEnclosingTestClasses());
    context.getTestClass().ifPresent(classes::add);
    Collections.reverse(classes);
    return AnnotationSupport.findAnnotation(context.getTestMethod(), RedisTest.class)
        .or(() -> classes.stream()
            .flatMap(type -> AnnotationSupport.findAnnotation(type, RedisTest.class).stream())
            .findFirst())
        .map(RedisTest::value)
        .orElse(Topology.STANDALONE);
  }

  private static SharedServers shared(Topology topology, ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, STORE)
        .computeIfAbsent(topology, Topology::start, SharedServers.class);
  }

  private static FaultProxy proxyBefore(SharedServers shared) {
    return FaultProxy.before(shared.masters().get(0));
  }

  private static void requireOneServer(Topology topology) {
    if (topology != Topology.STANDALONE) {
      throw new ParameterResolutionException("A FaultProxy stands before one server, not before "
          + topology + "; call FaultProxy.before(node) for a node of an @OwnServer set");
    }
  }
}
