package dev.forebay.marketplace;

import com.zaxxer.hikari.HikariDataSource;
import dev.forebay.Forebay;
import dev.forebay.cache.CacheStatistics;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.marketplace.limiting.MarketLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.Manager;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running marketplace on a port of its own, with a small seed, and a client that speaks to it. */
final class Market implements AutoCloseable {

  static final int ITEMS = 2_000;
  static final String OPERATORS_PASSWORD = "the operator's own words";

  private static final Pattern COST = Pattern.compile(
      "<b>(\\d+)</b> database quer(?:y|ies)</span>\\s*<span><b>(\\d+)</b> cache hits?<");
  private static final JsonMapper JSON = new JsonMapper();
  private static final ReentrantLock STARTING = new ReentrantLock();

  private final ConfigurableApplicationContext application;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  private Market(ConfigurableApplicationContext application) {
    this.application = application;
  }

  /** What a page says it has cost. */
  record Cost(int queries, int hits) {}

  /** Starts one that is cold, and limits nobody. */
  static Market start(String... settings) {
    return run(unlimited(), settings);
  }

  /** Starts one that warms its caches, and limits nobody. */
  static Market startWarm(String... settings) {
    Map<String, String> defaults = unlimited();
    defaults.put("marketplace.warming", "true");
    return run(defaults, settings);
  }

  /** Starts one that is cold and limits as it does outside of tests. */
  static Market startLimited(String... settings) {
    return run(defaults(), settings);
  }

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("server.port", "0");
    defaults.put("marketplace.seed.items", Integer.toString(ITEMS));
    defaults.put("marketplace.warming", "false");
    defaults.put("marketplace.operator.password", OPERATORS_PASSWORD);
    return defaults;
  }

  private static Map<String, String> unlimited() {
    Map<String, String> defaults = defaults();
    for (MarketLimit limit : MarketLimit.values()) {
      defaults.put("marketplace.limits." + limit.limiter(), "1000000");
    }
    return defaults;
  }

  private static Market run(Map<String, String> defaults, String... settings) {
    Map<String, String> all = new LinkedHashMap<>(defaults);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    String[] arguments = all.entrySet().stream()
        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
        .toArray(String[]::new);
    return new Market(launch(arguments));
  }

  /** Runs the application. One starts at a time: they share the logging of the JVM, which each sets up anew. */
  static ConfigurableApplicationContext launch(String... arguments) {
    STARTING.lock();
    try {
      return new SpringApplicationBuilder(MarketplaceApplication.class).run(arguments);
    } finally {
      STARTING.unlock();
    }
  }

  /** One market for all tests that leave Redis alone; it ends with the JVM. */
  static Market shared() {
    return Shared.MARKET;
  }

  private static final class Shared {
    static final Market MARKET = start();
  }

  /**
   * One market for tests that trade, count what the caches do and look into Redis, one class after the other: they lock
   * {@link #BUSY}. Its leaderboard is out of date after a second. It ends with the JVM.
   */
  static Market busy() {
    return Busy.MARKET;
  }

  static final String BUSY = "busy market";

  private static final class Busy {
    static final EmbeddedRedis REDIS = EmbeddedRedis.start();
    static final Market MARKET =
        start("REDIS_URL=" + REDIS.uri(), "marketplace.leaderboard.fresh-for=1s");
  }

  /**
   * Two instances on one database and one Redis that limit as they do outside of tests. The first one believes what a
   * proxy says who the client is, so that each test can be a client of its own. They end with the JVM.
   */
  static Market limited() {
    return Limited.MARKET;
  }

  /** Who changes what those of {@link #limited} allow locks this, and who relies on it. */
  static final String FIGURES = "figures of limits";

  /** Returns the second of {@link #limited}: it believes no header, and its API only reads. */
  static Market limitedToo() {
    return Limited.OTHER;
  }

  private static final class Limited {
    private static final String PATIENT = "FOREBAY_COMMAND_TIMEOUT=30s"; // machines may be busy
    static final EmbeddedRedis REDIS = EmbeddedRedis.start();
    static final Market MARKET =
        startLimited("REDIS_URL=" + REDIS.uri(), PATIENT, "marketplace.trusted-proxies=127.0.0.1");
    static final Market OTHER = startLimited(
        "REDIS_URL=" + REDIS.uri(),
        "marketplace.api.changes=false",
        PATIENT,
        "DATABASE_URL=" + MARKET.bean(HikariDataSource.class).getJdbcUrl());
  }

  /** Returns the address of the Redis behind {@link #busy}. */
  static URI redisOfBusy() {
    return URI.create(Busy.REDIS.uri());
  }

  /** Returns a part of the application. */
  <T> T bean(Class<T> type) {
    return application.getBean(type);
  }

  /** Returns what a cache has done so far. */
  CacheStatistics cache(String name) {
    return Objects.requireNonNull(
        bean(Forebay.class).caches().statistics().get(name), "no cache " + name);
  }

  /** Returns for how long the container keeps a session for who does not come back. */
  Duration lifeOfSession(String id) {
    TomcatWebServer server = (TomcatWebServer)
        Objects.requireNonNull(((WebServerApplicationContext) application).getWebServer());
    Manager sessions = ((Context) server.getTomcat().getHost().findChildren()[0]).getManager();
    try {
      return Duration.ofSeconds(sessions.findSession(id).getMaxInactiveInterval());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path));
  }

  HttpResponse<String> put(String path, String json) {
    return send(request(path)
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(json)));
  }

  HttpResponse<String> post(String path, String json) {
    return send(request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json)));
  }

  /** Sends a path that no decent client would, and returns the whole answer. */
  String getUnparsed(String path) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode json(String path) {
    return JSON.readTree(get(path).body());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private int port() {
    return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Cost cost(String path) {
    String page = get(path).body();
    Matcher foot = COST.matcher(page);
    if (!foot.find()) {
      throw new AssertionError("No cost at the foot of " + path + ":\n" + page);
    }
    return new Cost(Integer.parseInt(foot.group(1)), Integer.parseInt(foot.group(2)));
  }

  @Override
  public void close() {
    application.close();
  }
}
