package dev.forebay.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name of a node as peers and proxies write it (RFC 7239, section 6). */
final class NodeName {

  /** An address, perhaps in brackets, with a zone of the local machine, and a port. */
  private static final int LONGEST = 128;

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}|_[A-Za-z0-9._-]+");
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._~-]+");

  private NodeName() {}

  /**
   * Returns the address in {@code 192.0.2.7}, {@code 192.0.2.7:80}, {@code 2001:db8::1}, {@code
   * [2001:db8::1]} or {@code [2001:db8::1]:80}; null for {@code unknown}, for an obfuscated name
   * such as {@code _proxy1}, and for everything that is malformed.
   */
  static @Nullable IpAddress address(String name) {
    if (name.length() > LONGEST) {
      return null;
    }
    if (name.startsWith("[")) {
      int end = name.indexOf(']');
      return end > 0 && isEndOrPort(name, end + 1) ? ipv6(name.substring(1, end)) : null;
    }
    int colon = name.indexOf(':');
    if (colon < 0) {
      return IpAddress.parse(name);
    }
    if (name.indexOf(':', colon + 1) >= 0) {
      return ipv6(name);
    }
    return isEndOrPort(name, colon) ? IpAddress.parse(name.substring(0, colon)) : null;
  }

  private static @Nullable IpAddress ipv6(String text) {
    int percent = text.indexOf('%');
    if (percent >= 0 && !ZONE.matcher(text.substring(percent + 1)).matches()) {
      return null;
    }
    String address = percent < 0 ? text : text.substring(0, percent);
    return address.indexOf(':') < 0 ? null : IpAddress.parse(address);
  }

  private static boolean isEndOrPort(String name, int at) {
    return at == name.length()
        || (name.charAt(at) == ':' && PORT.matcher(name.substring(at + 1)).matches());
  }
}
