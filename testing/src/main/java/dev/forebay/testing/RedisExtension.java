package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedRedisBuilder;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Injects a real Redis into constructors, {@code @BeforeEach}, {@code @AfterEach} and test methods:
 *
 * <ul>
 *   <li>{@link RedisNamespace}: a part of a server that all tests of the run share, started when the
 *       first test asks for it and stopped after the last. With the environment variable {@code
 *       FOREBAY_TEST_REDIS_URL} ({@code redis://[:password@]host[:port]}) it is that server instead.
 *       Each test, and each invocation of a parameterized one, gets its own, the same in all its
 *       parameters; its keys are deleted after the test.
 *   <li>{@link OwnServer @OwnServer} {@link EmbeddedRedis}: a server for this test alone, closed
 *       after it.
 * </ul>
 *
 * <p>What {@code @BeforeAll} or the constructor of a {@code PER_CLASS} test class is given belongs
 * to the whole class: all its tests get the same. Tests may run in parallel.
 *
 * <p>Register it with {@link RedisTest @RedisTest} or {@code @ExtendWith(RedisExtension.class)}.
 */
public final class RedisExtension implements ParameterResolver {

  private static final Namespace STORE = Namespace.create(RedisExtension.class);

  /** For JUnit. Starts nothing yet. */
  public RedisExtension() {}

  /** The constructor of a test object gets what its test gets. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(
      ExtensionContext rootContext) {
    return ExtensionContextScope.TEST_METHOD;
  }

  /** True for a {@link RedisNamespace} and for a parameter with {@link OwnServer}. */
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RedisNamespace.class
        || parameter.isAnnotated(OwnServer.class);
  }

  /**
   * Starts the server if need be, which blocks until it answers.
   *
   * @throws ParameterResolutionException if {@link OwnServer} marks another type than {@link
   *     EmbeddedRedis}
   * @throws dev.forebay.embedded.EmbeddedServerException if a server cannot be started
   */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Store store = context.getStore(STORE);
    return parameter
        .findAnnotation(OwnServer.class)
        .<Object>map(own -> {
          requireEmbeddedRedis(parameter);
          return store.computeIfAbsent(own, RedisExtension::start, EmbeddedRedis.class);
        })
        .orElseGet(() -> store
            .computeIfAbsent(Lent.class, key -> Lent.from(shared(context)), Lent.class)
            .namespace());
  }

  /** A name space that is cleaned when JUnit closes the store of its test. */
  private record Lent(RedisNamespace namespace) implements AutoCloseable {

    static Lent from(SharedRedis shared) {
      return new Lent(new RedisNamespace(shared.endpoint()));
    }

    @Override
    public void close() {
      namespace.deleteKeys();
    }
  }

  private static SharedRedis shared(ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, STORE)
        .computeIfAbsent(SharedRedis.class, key -> SharedRedis.start(), SharedRedis.class);
  }

  private static EmbeddedRedis start(OwnServer own) {
    EmbeddedRedisBuilder builder = EmbeddedRedis.builder().appendOnly(own.appendOnly());
    return (own.password().isEmpty() ? builder : builder.password(own.password())).start();
  }

  private static void requireEmbeddedRedis(ParameterContext parameter) {
    Class<?> type = parameter.getParameter().getType();
    if (type != EmbeddedRedis.class) {
      throw new ParameterResolutionException("@OwnServer stands at a parameter of type "
          + type.getName() + "; it goes with EmbeddedRedis only");
    }
  }
}
