package dev.forebay.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JVM of one contestant. Takes an {@link Order} a line from standard input, answers a line each
 * on standard output, and ends at the end of its input: when the tournament closes it, or dies.
 */
final class PlayerMain {

  private PlayerMain() {}

  /**
   * Plays until its input ends.
   *
   * @param args the names of a suite and a contestant
   */
  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err); // libraries may print
    BlockingQueue<String> orders = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readUntilTheParentIsGone(orders), "orders");
    reader.setDaemon(true);
    reader.start();
    Contestant contestant = Suites.named(args[0]).contestants().stream()
        .filter(candidate -> candidate.name().equals(args[1]))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No contestant '" + args[1] + "'"));
    JsonMapper json = new JsonMapper();
    Player player = new LocalPlayer(contestant);
    while (true) {
      Order order = json.readValue(orders.take(), Order.class);
      answers.println(json.writeValueAsString(carryOut(order, player)));
      answers.flush();
    }
  }

  private static Order.Answer carryOut(Order order, Player player) {
    try {
      Turn turn = null;
      switch (order.kind()) {
        case PREPARE ->
          player.prepare(
              Objects.requireNonNull(order.played()),
              Objects.requireNonNull(order.address()),
              order.instance());
        case BEGIN -> player.begin();
        case PLAY -> turn = player.play(order.seconds());
        case CHECK -> player.check();
        case REST -> player.rest();
      }
      return new Order.Answer(turn, null);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      return new Order.Answer(null, String.valueOf(e.getMessage()));
    }
  }

  private static void readUntilTheParentIsGone(BlockingQueue<String> orders) {
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        orders.add(line);
      }
    } catch (IOException e) {
      System.err.println("Orders cannot be read: " + e);
    }
    // No shutdown hook of a library may keep this JVM.
    Runtime.getRuntime().halt(0);
  }
}
