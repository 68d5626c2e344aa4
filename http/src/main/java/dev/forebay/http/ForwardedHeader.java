package dev.forebay.http;

import org.jspecify.annotations.Nullable;

/** A header in which proxies write for whom they forward a request, the nearest one last. */
public enum ForwardedHeader {

  /** That of RFC 7239: {@code Forwarded: for="[2001:db8::1]:4711";proto=https, for=192.0.2.7}. */
  FORWARDED("Forwarded") {
    @Override
    boolean isQuoted() {
      return true;
    }

    @Override
    @Nullable
    IpAddress address(String element) {
      String node = ForwardedElement.node(element);
      return node == null ? null : NodeName.address(node);
    }
  },

  /** The customary one: {@code X-Forwarded-For: 2001:db8::1, 192.0.2.7}. */
  X_FORWARDED_FOR("X-Forwarded-For") {
    @Override
    boolean isQuoted() {
      return false;
    }

    @Override
    @Nullable
    IpAddress address(String element) {
      return NodeName.address(element);
    }
  };

  private final String fieldName;

  ForwardedHeader(String fieldName) {
    this.fieldName = fieldName;
  }

  /** Returns the name of the header field. */
  public String fieldName() {
    return fieldName;
  }

  /** Whether a comma within quotes does not end an element. */
  abstract boolean isQuoted();

  /** The address that an element names; null if it hides it or is malformed. */
  abstract @Nullable IpAddress address(String element);
}
