package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import org.jspecify.annotations.Nullable;

/** With what a connection logs in: a user and a password, a password alone, or nothing. */
record Login(@Nullable String user, @Nullable String password) {

  static final Login NONE = new Login(null, null);

  static Login withPassword(@Nullable String password) {
    return new Login(null, password);
  }

  /** Reads the part of an address before the {@code @}; a lone word is the password. */
  static Login ofUserInfo(@Nullable String userInfo) {
    if (userInfo == null || userInfo.isEmpty()) {
      return NONE;
    }
    int colon = userInfo.indexOf(':');
    String user = colon < 1 ? null : decode(userInfo.substring(0, colon));
    return new Login(user, decode(userInfo.substring(colon + 1)));
  }

  /** The part of an address up to and with the {@code @}, percent-encoded; empty without password. */
  String userInfo() {
    if (password == null) {
      return "";
    }
    return (user == null ? "" : encode(user)) + ":" + encode(password) + "@";
  }

  /** The arguments of AUTH; empty without password. */
  String[] arguments() {
    if (password == null) {
      return new String[0];
    }
    return user == null ? new String[] {password} : new String[] {user, password};
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** Whether there is a password, not which. */
  @Override
  public String toString() {
    return password == null ? "no login" : "login of " + (user == null ? "the default user" : user);
  }
}
