package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.List;

/**
 * A process whose callers take part in a {@link Stampede}. Told {@code ask} with a cache, an entry and
 * a number, it lets so many callers ask; told {@code answers} with an entry, it prints what they got.
 */
final class StampedeProcess {

  private StampedeProcess() {}

  /** The arguments: address, key prefix. */
  public static void main(String[] arguments) throws Exception {
    try (Stampede stampede = new Stampede(CachesFixture.on(arguments[0], arguments[1]))) {
      System.out.println("READY");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        List<String> words = List.of(line.split(" ", -1));
        if (words.get(0).equals("ask")) {
          stampede.ask(
              words.get(1), Long.parseLong(words.get(2)), Integer.parseInt(words.get(3)), 0);
          System.out.println("ASKED");
        } else {
          System.out.println(stampede.answers(Long.parseLong(words.get(1))));
        }
      }
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }
}
