package dev.forebay.http;

import org.jspecify.annotations.Nullable;

/**
 * An IP address as 128 bits. IPv4 is held in its mapped form, {@code ::ffff:203.0.113.7}, so that
 * both ways to write it are one address. Parsed strictly, and never looked up in the DNS.
 */
record IpAddress(long high, long low) {

  static final int BITS = 128;

  /** The bits in front of an IPv4 address in its mapped form. */
  static final int IPV4_OFFSET = 96;

  private static final int GROUPS = 8;
  private static final int GROUP_BITS = 16;
  private static final int GROUP_MASK = 0xffff;
  private static final int GROUPS_PER_LONG = 4;
  private static final int GROUP_DIGITS = 4;
  private static final int OCTETS = 4;
  private static final int OCTET_DIGITS = 3;
  private static final int HIGHEST_OCTET = 255;
  private static final long IPV4_MASK = 0xffff_ffffL;
  private static final long MAPPED = 0xffff_0000_0000L;
  private static final long NAT64 = 0x0064_ff9b_0000_0000L;
  private static final long NOT_IPV4 = -1;

  /** The longest literal: six groups, and an IPv4 address in place of the last two. */
  private static final int LONGEST = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();

  /**
   * Reads an IPv4 address of four decimal numbers without leading zeros, or an IPv6 address (RFC
   * 4291, section 2.2) without brackets, prefix and zone.
   *
   * @return null if the text is anything else
   */
  static @Nullable IpAddress parse(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    if (text.indexOf(':') >= 0) {
      return parseIpv6(text);
    }
    long ipv4 = parseIpv4(text, 0);
    return ipv4 == NOT_IPV4 ? null : ofIpv4(ipv4);
  }

  boolean isIpv4() {
    return high == 0 && (low & ~IPV4_MASK) == MAPPED;
  }

  /**
   * Returns the IPv4 client behind an address of the well-known prefix for translators, {@code
   * 64:ff9b::/96} (RFC 6052); any other address as it is.
   */
  IpAddress untranslated() {
    return high == NAT64 && (low & ~IPV4_MASK) == 0 ? ofIpv4(low) : this;
  }

  /** Returns the address with all but its first {@code bits} bits cleared, 0 to 128. */
  IpAddress masked(int bits) {
    return new IpAddress(
        high & mask(Math.min(bits, Long.SIZE)), low & mask(Math.max(bits - Long.SIZE, 0)));
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << (Long.SIZE - bits);
  }

  private static IpAddress ofIpv4(long bits) {
    return new IpAddress(0, MAPPED | bits);
  }

  private static long parseIpv4(String text, int from) {
    long bits = 0;
    int at = from;
    for (int octet = 0; octet < OCTETS; octet++) {
      if (octet > 0) {
        if (at == text.length() || text.charAt(at) != '.') {
          return NOT_IPV4;
        }
        at++;
      }
      int start = at;
      int value = 0;
      while (at < text.length() && at - start < OCTET_DIGITS && digit(text.charAt(at), 10) >= 0) {
        value = value * 10 + digit(text.charAt(at), 10);
        at++;
      }
      // A leading zero means octal to some readers, so it means nothing here.
      boolean ambiguous = at - start > 1 && text.charAt(start) == '0';
      if (at == start || value > HIGHEST_OCTET || ambiguous) {
        return NOT_IPV4;
      }
      bits = (bits << Byte.SIZE) | value;
    }
    return at == text.length() ? bits : NOT_IPV4;
  }

  private static @Nullable IpAddress parseIpv6(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int gap = text.startsWith("::") ? 0 : -1;
    int at = gap == 0 ? 2 : 0;
    while (at < text.length()) {
      if (count == GROUPS) {
        return null;
      }
      int start = at;
      int value = 0;
      while (at < text.length() && at - start < GROUP_DIGITS && digit(text.charAt(at), 16) >= 0) {
        value = (value << 4) | digit(text.charAt(at), 16);
        at++;
      }
      if (at > start && at < text.length() && text.charAt(at) == '.') {
        long ipv4 = parseIpv4(text, start);
        if (ipv4 == NOT_IPV4 || count > GROUPS - 2) {
          return null;
        }
        groups[count] = (int) (ipv4 >>> GROUP_BITS);
        groups[count + 1] = (int) (ipv4 & GROUP_MASK);
        count += 2;
        break;
      }
      if (at == start) {
        return null;
      }
      groups[count] = value;
      count++;
      if (at < text.length()) {
        if (text.charAt(at) != ':' || at + 1 == text.length()) {
          return null;
        }
        at++;
        if (text.charAt(at) == ':') {
          if (gap >= 0) {
            return null;
          }
          gap = count;
          at++;
        }
      }
    }
    boolean complete = gap < 0 ? count == GROUPS : count < GROUPS;
    return complete ? ofGroups(groups, count, gap) : null;
  }

  private static IpAddress ofGroups(int[] groups, int count, int gap) {
    long[] halves = new long[2];
    for (int i = 0; i < count; i++) {
      int place = gap >= 0 && i >= gap ? GROUPS - count + i : i;
      int shift = (GROUPS_PER_LONG - 1 - place % GROUPS_PER_LONG) * GROUP_BITS;
      halves[place / GROUPS_PER_LONG] |= (long) groups[i] << shift;
    }
    return new IpAddress(halves[0], halves[1]);
  }

  /** ASCII only: {@code Character.digit} would take digits of every script. */
  private static int digit(char c, int radix) {
    return c < 0x80 ? Character.digit(c, radix) : -1;
  }

  private int group(int index) {
    long half = index < GROUPS_PER_LONG ? high : low;
    int shift = (GROUPS_PER_LONG - 1 - index % GROUPS_PER_LONG) * GROUP_BITS;
    return (int) (half >>> shift) & GROUP_MASK;
  }

  /** The canonical text: four decimal numbers, or that of RFC 5952. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(LONGEST);
    if (isIpv4()) {
      for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
        text.append((low >>> shift) & HIGHEST_OCTET).append(shift > 0 ? "." : "");
      }
      return text.toString();
    }
    int gap = longestRunOfZeros();
    int afterGap = gap + zerosFrom(gap);
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        text.append("::");
      } else if (i < gap || i >= afterGap) {
        boolean first = i == 0 || (i == afterGap && gap < GROUPS);
        text.append(first ? "" : ":").append(Integer.toHexString(group(i)));
      }
    }
    return text.toString();
  }

  /** Where the first of the longest runs of two or more zeros begins; 8 if there is none. */
  private int longestRunOfZeros() {
    int best = GROUPS;
    int longest = 1;
    for (int i = 0; i < GROUPS; i++) {
      if (zerosFrom(i) > longest) {
        best = i;
        longest = zerosFrom(i);
      }
    }
    return best;
  }

  private int zerosFrom(int index) {
    int i = index;
    while (i < GROUPS && group(i) == 0) {
      i++;
    }
    return i - index;
  }
}
