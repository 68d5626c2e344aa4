package dev.forebay.http;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells from which client a request comes, behind proxies too.
 *
 * <pre>{@code
 * ClientAddresses addresses = ClientAddresses.builder()
 *     .trust("10.4.0.0/24", "fd00:4::/64")
 *     .header(ForwardedHeader.X_FORWARDED_FOR)
 *     .build();
 * }</pre>
 *
 * <p>Anybody can send forwarded headers, so by default none is read, and the client is whoever
 * opened the connection. With trusted networks, the walk begins at that address and goes through
 * the header from the right to the left: an address that is trusted is a proxy of yours, so what it
 * wrote, the next one, is believed; the first that is not trusted is the client. If all are
 * trusted, the leftmost is. The walk also ends, at the last address that it believed, before an
 * element that is hidden or malformed, after 64 elements, and after 8,192 characters.
 *
 * <p>Trust the networks of your proxies, not those of your clients: a client within them can write
 * any address. Let nothing else evaluate the header first, such as a valve of the server that puts
 * its outcome in place of the remote address.
 *
 * <p>IPv4-mapped IPv6 addresses are the IPv4 addresses that they map. Never looks anything up in
 * the DNS; no input makes it throw. Immutable.
 */
public final class ClientAddresses {

  private static final ClientAddresses DIRECT = builder().build();

  private final List<Cidr> trusted;
  private final @Nullable ForwardedHeader header;
  private final int ipv4Prefix;
  private final int ipv6Prefix;

  ClientAddresses(ClientAddressesBuilder settings) {
    this.trusted = List.copyOf(settings.trusted);
    this.header = settings.header;
    this.ipv4Prefix = settings.ipv4Prefix;
    this.ipv6Prefix = settings.ipv6Prefix;
  }

  /** Returns the one that trusts nobody: the client is whoever opened the connection. */
  public static ClientAddresses direct() {
    return DIRECT;
  }

  /** Begins to describe one that trusts nobody yet. */
  public static ClientAddressesBuilder builder() {
    return new ClientAddressesBuilder();
  }

  /**
   * Returns the client of a request.
   *
   * @param remoteAddress the other end of the connection as an IP address, as {@code
   *     HttpServletRequest.getRemoteAddr()} has it; null or malformed if it has none, as a Unix
   *     socket
   * @param headerLines the values of all header fields of a name in the order received, empty if
   *     there is none; called at most once, and only for the header that is configured, by its usual
   *     spelling: it must find names without regard to case, or all clients are their proxy
   */
  public ClientAddress resolve(
      @Nullable String remoteAddress, Function<String, List<String>> headerLines) {
    IpAddress client = remoteAddress == null ? null : NodeName.address(remoteAddress);
    if (client == null) {
      return ClientAddress.UNKNOWN;
    }
    if (header != null && isTrusted(client)) {
      List<String> lines = headerLines.apply(header.fieldName());
      for (String element : ForwardedChain.fromTheRight(lines, header.isQuoted())) {
        IpAddress hop = header.address(element);
        if (hop == null) {
          break;
        }
        client = hop;
        if (!isTrusted(hop)) {
          break;
        }
      }
    }
    return ClientAddress.of(client, ipv4Prefix, ipv6Prefix);
  }

  /**
   * Returns whether the other end of a connection is a proxy of yours, so that it may be believed what
   * else it wrote, whether the client's connection was encrypted say.
   *
   * @param remoteAddress as for {@link #resolve}; what is no IP address is no proxy
   */
  public boolean isProxy(@Nullable String remoteAddress) {
    IpAddress address = remoteAddress == null ? null : NodeName.address(remoteAddress);
    return address != null && isTrusted(address);
  }

  private boolean isTrusted(IpAddress address) {
    for (Cidr network : trusted) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** The trusted networks and the header. */
  @Override
  public String toString() {
    return header == null
        ? "ClientAddresses[direct]"
        : "ClientAddresses[" + header.fieldName() + " from " + trusted + "]";
  }
}
