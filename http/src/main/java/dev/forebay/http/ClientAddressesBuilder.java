package dev.forebay.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects the settings of {@link ClientAddresses}; not safe for concurrent use. */
public final class ClientAddressesBuilder {

  private static final int WHOLE_IPV4 = 32;
  private static final int SHORTEST_IPV4_PREFIX = 8;
  private static final int SHORTEST_IPV6_PREFIX = 32;
  private static final int NETWORK_OF_A_CLIENT = 64;

  final List<Cidr> trusted = new ArrayList<>();

  @Nullable
  ForwardedHeader header;

  int ipv4Prefix = WHOLE_IPV4;
  int ipv6Prefix = NETWORK_OF_A_CLIENT;

  ClientAddressesBuilder() {}

  /**
   * Adds networks whose hosts are proxies of yours. None by default.
   *
   * @param networks such as {@code 10.4.0.0/24}, {@code fd00:4::/64} or {@code 192.0.2.7}
   * @throws IllegalArgumentException if one is malformed, has bits set behind its prefix, or is the
   *     whole Internet
   */
  public ClientAddressesBuilder trust(String... networks) {
    for (String network : networks) {
      trusted.add(Cidr.parse(network));
    }
    return this;
  }

  /**
   * Sets the header in which they write for whom they forward. No default: a proxy that writes one
   * passes the other on as the client sent it.
   */
  public ClientAddressesBuilder header(ForwardedHeader header) {
    this.header = Objects.requireNonNull(header, "header");
    return this;
  }

  /**
   * Sets how many bits of an IPv6 address stand for one client. 64 by default, the least that one
   * connection to the Internet has; 56 or 48 where whole sites are to be one client.
   *
   * @param bits 32 to 128
   */
  public ClientAddressesBuilder ipv6Prefix(int bits) {
    this.ipv6Prefix = prefix("ipv6Prefix", bits, SHORTEST_IPV6_PREFIX, IpAddress.BITS);
    return this;
  }

  /**
   * Sets how many bits of an IPv4 address stand for one client. 32, the whole address, by default.
   *
   * @param bits 8 to 32
   */
  public ClientAddressesBuilder ipv4Prefix(int bits) {
    this.ipv4Prefix = prefix("ipv4Prefix", bits, SHORTEST_IPV4_PREFIX, WHOLE_IPV4);
    return this;
  }

  /**
   * Returns what was described.
   *
   * @throws IllegalArgumentException if networks are trusted but no header is named, or the other
   *     way round
   */
  public ClientAddresses build() {
    if (header == null && !trusted.isEmpty()) {
      throw new IllegalArgumentException(
          "Networks are trusted, but it is not said which header their"
              + " proxies write. Call header(...) with the one; the other stays what the client sent.");
    }
    if (header != null && trusted.isEmpty()) {
      throw new IllegalArgumentException(
          "The header " + header.fieldName() + " would never be read,"
              + " as no network is trusted. Call trust(...) with those of your proxies, or leave the"
              + " header out.");
    }
    return new ClientAddresses(this);
  }

  private static int prefix(String setting, int bits, int least, int most) {
    if (bits < least || bits > most) {
      throw new IllegalArgumentException(
          setting + " must be from " + least + " to " + most + " bits, was " + bits);
    }
    return bits;
  }
}
