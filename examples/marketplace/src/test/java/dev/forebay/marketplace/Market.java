package dev.forebay.marketplace;

import dev.forebay.Forebay;
import dev.forebay.cache.CacheStatistics;
import dev.forebay.embedded.EmbeddedRedis;
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
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running marketplace on a port of its own, with a small seed, and a client that speaks to it. */
final class Market implements AutoCloseable {

  static final int ITEMS = 2_000;

  private static final Pattern COST = Pattern.compile(
      "<b>(\\d+)</b> database quer(?:y|ies)</span>\\s*<span><b>(\\d+)</b> cache hits?<");
  private static final JsonMapper JSON = new JsonMapper();

  private final ConfigurableApplicationContext application;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  private Market(ConfigurableApplicationContext application) {
    this.application = application;
  }

  /** What a page says it has cost. */
  record Cost(int queries, int hits) {}

  /** Starts one that is cold. */
  static Market start(String... settings) {
    return run("marketplace.warming=false", settings);
  }

  /** Starts one that warms its caches. */
  static Market startWarm(String... settings) {
    return run("marketplace.warming=true", settings);
  }

  private static Market run(String warming, String... settings) {
    String[] arguments = Stream.concat(
            Stream.of("--server.port=0", "--marketplace.seed.items=" + ITEMS, "--" + warming),
            Arrays.stream(settings).map(setting -> "--" + setting))
        .toArray(String[]::new);
    return new Market(new SpringApplicationBuilder(MarketplaceApplication.class).run(arguments));
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

  /** Sends a form as browsers do; {@code fields} as in an address. */
  HttpResponse<String> postForm(String path, String fields) {
    return send(request(path)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(fields)));
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
