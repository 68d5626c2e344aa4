package dev.forebay.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Requests that have the same limits.
 *
 * @param method the method, or {@code *} for all; GET is HEAD too, as servers answer both alike
 */
record Route(String method, PathPattern path, List<RouteLimit> limits) {

  static final String ANY_METHOD = "*";

  private static final Pattern METHOD = Pattern.compile("\\*|[A-Z][A-Z-]*");

  Route {
    if (!METHOD.matcher(method).matches()) {
      throw new IllegalArgumentException(
          "Method '" + method + "' of path " + path + " is none. Write GET, POST, ... or *.");
    }
    if (limits.isEmpty()) {
      throw new IllegalArgumentException(
          "Route " + method + " " + path + " has no limit. Give it one, or leave the route out.");
    }
    limits = List.copyOf(limits);
  }

  /**
   * @param requestPath the path within the application, decoded and without parameters
   */
  boolean matches(HttpServletRequest request, String requestPath) {
    return matchesMethod(request.getMethod()) && path.matches(requestPath);
  }

  private boolean matchesMethod(String requested) {
    return method.equals(ANY_METHOD)
        || method.equals(requested)
        || (method.equals("GET") && requested.equals("HEAD"));
  }

  /** Its name in usage figures: {@code POST /login}. */
  String name() {
    return method + " " + path;
  }
}
