package dev.forebay.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;

/** A JVM of its own for tests: prints its argument, then what it is told, until it is told to exit. */
final class EchoMain {

  private EchoMain() {}

  public static void main(String... arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    out.println(arguments[0]);
    for (String line = in.readLine(); line != null && !line.equals("exit"); line = in.readLine()) {
      out.println(ProcessHandle.current().pid() + " " + line);
    }
  }
}
