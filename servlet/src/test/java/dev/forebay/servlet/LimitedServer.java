package dev.forebay.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.forebay.limits.RateLimits;
import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.Workload;
import dev.forebay.testing.RedisNamespace;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.modeler.Registry;

/**
 * A Tomcat on 127.0.0.1 with {@link TestApplication} behind a {@link RateLimitFilter}, which is
 * mapped to dispatches of every kind. Requests are sent as they are written.
 */
final class LimitedServer implements AutoCloseable {

  private static final Logger TOMCAT = Logger.getLogger("org.apache");

  static {
    TOMCAT.setLevel(Level.SEVERE); // Its warnings are about class loaders that go with the JVM.
    Registry.disableRegistry(); // Its names are those of the JVM, and several servers run in it.
  }

  final Redis redis;
  final RateLimits limits;
  final TestApplication application = new TestApplication();

  private final Tomcat tomcat = new Tomcat();
  private final Path folder;

  private LimitedServer(
      RedisSettings settings, Function<RateLimits, RateLimitFilterBuilder> describe)
      throws IOException, LifecycleException {
    this.redis = Redis.connect(settings, Workload.LIMITS);
    this.limits = RateLimits.on(redis);
    this.folder = Files.createTempDirectory("forebay-tomcat");
    tomcat.setBaseDir(folder.toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "application", application).setAsyncSupported(true);
    context.addServletMappingDecoded("/", "application");
    addFilter(context, "sign-in", new TestSignIn());
    addFilter(context, "limits", describe.apply(limits).build());
    ErrorPage page = new ErrorPage();
    page.setErrorCode(500);
    page.setLocation("/error-page");
    context.addErrorPage(page);
    tomcat.start();
  }

  static LimitedServer start(
      RedisNamespace namespace, Function<RateLimits, RateLimitFilterBuilder> describe)
      throws Exception {
    return start(
        RedisSettings.builder()
            .uri(namespace.uri())
            .keyPrefix(namespace.keyPrefix())
            // A busy machine is not an outage.
            .connectTimeout(Duration.ofSeconds(30))
            .commandTimeout(Duration.ofSeconds(30))
            .build(),
        describe);
  }

  static LimitedServer start(
      RedisSettings settings, Function<RateLimits, RateLimitFilterBuilder> describe)
      throws Exception {
    return new LimitedServer(settings, describe);
  }

  private static void addFilter(Context context, String name, Filter filter) {
    FilterDef definition = new FilterDef();
    definition.setFilterName(name);
    definition.setFilter(filter);
    definition.setAsyncSupported("true");
    context.addFilterDef(definition);
    FilterMap mapping = new FilterMap();
    mapping.setFilterName(name);
    mapping.addURLPattern("/*");
    for (DispatcherType type : DispatcherType.values()) {
      mapping.setDispatcher(type.name());
    }
    context.addFilterMap(mapping);
  }

  /** Sends {@code method path} with header lines, {@code "X-User: ada"} say. */
  HttpAnswer send(String method, String path, String... headerLines) throws IOException {
    StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.0\r\n");
    for (String line : headerLines) {
      request.append(line).append("\r\n");
    }
    return sendRaw(request.append("\r\n").toString().getBytes(ISO_8859_1));
  }

  HttpAnswer sendRaw(byte[] request) throws IOException {
    int port = tomcat.getConnector().getLocalPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request);
      return HttpAnswer.parse(socket.getInputStream().readAllBytes());
    }
  }

  @Override
  public void close() throws LifecycleException, IOException {
    tomcat.stop();
    tomcat.destroy();
    limits.close();
    redis.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(LimitedServer::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
