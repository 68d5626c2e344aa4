package dev.forebay.http;

/** A block of addresses: those that share their first {@code bits} bits, of 128, with its base. */
record Cidr(IpAddress base, int bits) {

  /**
   * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one address.
   *
   * @throws IllegalArgumentException if it is something else, or is all addresses
   */
  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    IpAddress base = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    if (base == null) {
      throw refused(text, "does not begin with an IP address", "Write 10.0.0.0/8 or fd00::/8.");
    }
    int bits = IpAddress.BITS;
    if (slash >= 0) {
      int offset = text.indexOf(':') < 0 ? IpAddress.IPV4_OFFSET : 0;
      bits = offset + length(text, text.substring(slash + 1), IpAddress.BITS - offset);
    }
    if (bits == (base.isIpv4() ? IpAddress.IPV4_OFFSET : 0)) {
      throw refused(
          text,
          "trusts everybody, so that every client could choose its address",
          "Name the networks of your proxies only.");
    }
    if (!base.masked(bits).equals(base)) {
      throw refused(
          text,
          "has bits set behind its prefix",
          "Write " + base.masked(bits) + text.substring(slash)
              + ", or leave out the prefix to name one address.");
    }
    return new Cidr(base, bits);
  }

  boolean contains(IpAddress address) {
    return address.isIpv4() == base.isIpv4() && address.masked(bits).equals(base);
  }

  private static int length(String text, String digits, int most) {
    int value = digits.matches("0|[1-9][0-9]{0,2}") ? Integer.parseInt(digits) : most + 1;
    if (value > most) {
      throw refused(
          text, "has the prefix length '" + digits + "'", "Write a number from 1 to " + most + ".");
    }
    return value;
  }

  private static IllegalArgumentException refused(String text, String problem, String cure) {
    return new IllegalArgumentException("Trusted network '" + text + "' " + problem + ". " + cure);
  }
}
