package dev.forebay.marketplace.database;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where PostgreSQL is, and as whom to connect.
 *
 * @param jdbcUrl without credentials, except those that a {@code jdbc:} URL carries as parameters
 */
record DatabaseUrl(
    String jdbcUrl, @Nullable String user, @Nullable String password) {

  /**
   * Accepts {@code jdbc:postgresql://...} as it is, and {@code postgres://} or {@code postgresql://} with user and
   * password before the host, as hosting services hand them out.
   *
   * @throws InvalidDatabaseUrl naming the setting, the value without its password, and the cure
   */
  static DatabaseUrl parse(String text) {
    String url = text.strip();
    if (url.startsWith("jdbc:postgresql:") && !url.contains("@")) {
      return new DatabaseUrl(url, null, null);
    }
    try {
      URI uri = new URI(url);
      boolean postgres = "postgres".equals(uri.getScheme()) || "postgresql".equals(uri.getScheme());
      String path = uri.getRawPath();
      if (!postgres || uri.getHost() == null || path == null || path.length() < 2) {
        throw malformed(url);
      }
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      String login = uri.getRawUserInfo();
      int colon = login == null ? -1 : login.indexOf(':');
      return new DatabaseUrl(
          "jdbc:postgresql://" + uri.getHost() + port + path + query,
          login == null ? null : decode(colon < 0 ? login : login.substring(0, colon)),
          login == null || colon < 0 ? null : decode(login.substring(colon + 1)));
    } catch (URISyntaxException e) {
      throw malformed(url);
    }
  }

  private static String decode(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static InvalidDatabaseUrl malformed(String url) {
    String hidden = url.replaceAll("//.*@", "//***@").replaceAll("(?i)(password=)[^&]*", "$1***");
    return new InvalidDatabaseUrl("DATABASE_URL is '" + hidden
        + "', which is no PostgreSQL address. Write postgresql://user:password@host:5432/database, with special"
        + " characters percent-encoded, or leave it out for an embedded database.");
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return jdbcUrl.replaceAll("(?i)(password=)[^&]*", "$1***");
  }
}
