package dev.forebay.marketplace.limiting;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Tells searches from browsing, which is not limited. Reads the address itself: to ask the container for parameters
 * would use up its one complaint about an address that cannot be read.
 */
final class SearchedWords {

  private static final String NAME = "q";

  private SearchedWords() {}

  static boolean isSearch(HttpServletRequest request) {
    String query = request.getQueryString();
    if (query == null) {
      return false;
    }
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals > 0 && equals < parameter.length() - 1 && isName(parameter.substring(0, equals))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isName(String encoded) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8).equals(NAME);
    } catch (IllegalArgumentException broken) {
      return false;
    }
  }
}
