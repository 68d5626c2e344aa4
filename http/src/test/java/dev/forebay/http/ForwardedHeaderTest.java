package dev.forebay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("RL4")
class ForwardedHeaderTest {

  private static final String PROXY = "10.0.0.1";

  private final ClientAddresses addresses = ClientAddresses.builder()
      .trust("10.0.0.0/8")
      .header(ForwardedHeader.FORWARDED)
      .build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "for=203.0.113.7                                              | 203.0.113.7",
        "For=203.0.113.7;proto=https;by=10.0.0.1                      | 203.0.113.7",
        "proto=https; host=\"a,b;c\" ; FOR=\"203.0.113.7\"            | 203.0.113.7",
        "for=\"[2001:db8::7]\"                                        | 2001:db8::7",
        "for=\"[2001:db8::7]:4711\";by=\"[fd00::1]\"                  | 2001:db8::7",
        "for=203.0.113.7:4711                                         | 203.0.113.7",
        "for=[2001:db8::7]:4711                                       | 2001:db8::7",
        "for=\"203.0.113.\\7\"                                        | 203.0.113.7",
        "for=1.1.1.1, for=203.0.113.7, for=10.0.0.2                   | 203.0.113.7",
        "for=1.1.1.1,for=\"203.0.113.7\",for=\"10.0.0.2\";host=\"\\\",for=9.9.9.9\" | 203.0.113.7",
        "for=\"1.1.1.1, for=203.0.113.7                               | 203.0.113.7",
        "for=1.1.1.1;x=\", for=\"203.0.113.7\"                        | 203.0.113.7",
        ";;for=203.0.113.7;                                           | 203.0.113.7",
      })
  void the_node_that_a_trusted_proxy_names_is_the_client(String header, String client) {
    assertThat(resolve(header)).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=unknown",
        "for=_hidden",
        "for=\"_SEVKISEK\"",
        "proto=https",
        "203.0.113.7",
        "for=",
        "for=\"\"",
        "for =203.0.113.7",
        "for= 203.0.113.7",
        "for=203.0.113.7;for=203.0.113.8",
        "for=203.0.113.7 proto=https",
        "for=\"203.0.113.7\"proto=https",
        "for=203.0.113.7;proto",
        "for=203.0.113.7;=x",
        "for=203.0.113.7\"",
        "for=\"203.0.113.7",
        "for=\"203.0.113.7\\\"",
        "for=203.0.113.7;host=\"\u0000\\\n\"",
        "forwarded=203.0.113.7",
      })
  void what_is_hidden_or_malformed_ends_the_walk_at_the_proxy(String header) {
    assertThat(resolve(header)).isEqualTo(PROXY);
    assertThat(resolve("for=203.0.113.9", header)).isEqualTo(PROXY);
  }

  @Test
  void long_values_are_read_without_trying_twice() {
    String escapes = "for=203.0.113.7;host=\"" + "\\\"".repeat(4_000) + "\"";
    String pairs = "for=203.0.113.7" + ";a=b".repeat(2_000);

    assertThat(resolve(escapes)).isEqualTo("203.0.113.7");
    assertThat(resolve(pairs)).isEqualTo("203.0.113.7");
    assertThat(resolve("\"\\".repeat(500_000))).isEqualTo(PROXY);
    assertThat(resolve("for=203.0.113.7," + "\\".repeat(8_000) + "\"")).isEqualTo(PROXY);
  }

  private String resolve(String... lines) {
    return addresses.resolve(PROXY, name -> List.of(lines)).address();
  }
}
