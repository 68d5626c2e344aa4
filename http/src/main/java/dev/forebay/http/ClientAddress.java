package dev.forebay.http;

/**
 * Where a request comes from, as far as that can be believed.
 *
 * @param address the whole address in its canonical form, {@code 203.0.113.7} or {@code
 *     2001:db8:1:2::7}, for logs; {@code unknown} if the connection has none
 * @param subject whom to count the request for: the address, or its prefix, {@code
 *     2001:db8:1:2::/64}, as one IPv6 client has at least all addresses of that; {@code unknown}
 *     for all connections without an address together
 */
public record ClientAddress(String address, String subject) {

  private static final String UNKNOWN_TEXT = "unknown";

  static final ClientAddress UNKNOWN = new ClientAddress(UNKNOWN_TEXT, UNKNOWN_TEXT);

  static ClientAddress of(IpAddress address, int ipv4Prefix, int ipv6Prefix) {
    IpAddress client = address.untranslated();
    int offset = client.isIpv4() ? IpAddress.IPV4_OFFSET : 0;
    int prefix = client.isIpv4() ? ipv4Prefix : ipv6Prefix;
    IpAddress bucket = client.masked(offset + prefix);
    boolean whole = offset + prefix == IpAddress.BITS;
    return new ClientAddress(address.toString(), whole ? bucket.toString() : bucket + "/" + prefix);
  }
}
