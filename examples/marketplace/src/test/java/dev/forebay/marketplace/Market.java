package dev.forebay.marketplace;

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

  static Market start(String... settings) {
    String[] arguments = Stream.concat(
            Stream.of("--server.port=0", "--marketplace.seed.items=" + ITEMS),
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

  HttpResponse<String> get(String path) {
    return send(request(path));
  }

  HttpResponse<String> put(String path, String json) {
    return send(request(path)
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(json)));
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
