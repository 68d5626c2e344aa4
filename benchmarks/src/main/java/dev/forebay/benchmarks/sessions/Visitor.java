package dev.forebay.benchmarks.sessions;

import java.util.LinkedHashMap;
import java.util.Map;

/** Who has a session, and what is kept about them. */
final class Visitor {

  static final String USERNAME = "username";
  static final String CART = "cart";

  private static final int SESSIONS_EACH = 2;

  private Visitor() {}

  static String username(long number) {
    return "visitor-" + number / SESSIONS_EACH + "@example.com";
  }

  /** Returns six attributes of about 350 bytes. */
  static Map<String, String> attributes(long number) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("userId", Long.toString(1_000_000 + number / SESSIONS_EACH));
    attributes.put(USERNAME, username(number));
    attributes.put("address", "198.51.100." + number % 256);
    attributes.put(
        "agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    attributes.put(
        "preferences",
        "{\"theme\":\"dark\",\"language\":\"de\",\"currency\":\"EUR\",\"pageSize\":50,\"recent\":"
            + "[\"bicycle\",\"sofa\",\"lamp\",\"record player\"]}");
    attributes.put(CART, "");
    return attributes;
  }
}
