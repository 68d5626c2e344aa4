package dev.forebay.http;

import static dev.forebay.http.ForwardedHeader.X_FORWARDED_FOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("RL4")
class ClientAddressesTest {

  private static final String PROXY = "10.0.0.1";
  private static final String CLIENT = "203.0.113.7";
  private static final int MANY = 20_000;
  private static final long SEED = 20_261_121;

  private final ClientAddresses behindProxies = ClientAddresses.builder()
      .trust("10.0.0.0/8", "fd00:4::/64")
      .header(X_FORWARDED_FOR)
      .build();

  @Test
  void by_default_no_header_is_even_read() {
    ClientAddress client = ClientAddresses.direct().resolve(CLIENT, name -> {
      throw new AssertionError("read " + name);
    });

    assertThat(client).isEqualTo(new ClientAddress(CLIENT, CLIENT));
  }

  @Test
  void the_header_of_a_client_that_is_no_proxy_is_not_even_read() {
    ClientAddress client = behindProxies.resolve(CLIENT, name -> {
      throw new AssertionError("read " + name);
    });

    assertThat(client.address()).isEqualTo(CLIENT);
  }

  @Test
  void who_is_in_a_trusted_network_is_a_proxy() {
    assertThat(behindProxies.isProxy(PROXY)).isTrue();
    assertThat(behindProxies.isProxy("::ffff:10.0.0.1")).isTrue();
    assertThat(ClientAddresses.direct().isProxy(PROXY)).isFalse();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {CLIENT, "fd00:5::1", "", "proxy", "10.0.0.1, 10.0.0.1"})
  void nobody_else_is_a_proxy(@Nullable String remote) {
    assertThat(behindProxies.isProxy(remote)).isFalse();
  }

  @Test
  void only_the_header_that_is_configured_is_read() {
    ClientAddress client = behindProxies.resolve(
        PROXY, name -> name.equals("X-Forwarded-For") ? List.of(CLIENT) : List.of("for=1.1.1.1"));

    assertThat(client.address()).isEqualTo(CLIENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7                              | 203.0.113.7",
        "1.1.1.1, 203.0.113.7                     | 203.0.113.7",
        "1.1.1.1,203.0.113.7,10.0.0.2,10.200.0.3  | 203.0.113.7",
        "10.0.0.9, 203.0.113.7, 10.0.0.2          | 203.0.113.7",
        "1.1.1.1, 203.0.113.7, fd00:4::2          | 203.0.113.7",
        "1.1.1.1, 203.0.113.7, ::ffff:10.0.0.2    | 203.0.113.7",
        "1.1.1.1, 203.0.113.7, fd00:5::2          | fd00:5::2",
        "127.0.0.1, 203.0.113.7                   | 203.0.113.7",
        "unknown, 203.0.113.7                     | 203.0.113.7",
        "' ,, ,\t203.0.113.7 , ,'                 | 203.0.113.7",
        "203.0.113.7:555                          | 203.0.113.7",
        "[2001:db8::7]                            | 2001:db8::7",
        "[2001:db8::7]:80                         | 2001:db8::7",
        "2001:DB8:0::7                            | 2001:db8::7",
        "::ffff:203.0.113.7                       | 203.0.113.7",
        "[::ffff:203.0.113.7]:80                  | 203.0.113.7",
        "203.0.113.7:_http                        | 203.0.113.7",
      })
  void the_first_address_from_the_right_that_is_not_trusted_is_the_client(
      String header, String client) {
    assertThat(resolve(PROXY, header).address()).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "unknown",
        "_hidden",
        "203.0.113.7, garbage",
        "203.0.113.7, unknown",
        "203.0.113.7, 1.2.3.4.5",
        "203.0.113.7, 1.2.3.4:",
        "203.0.113.7, 1.2.3.4:999999",
        "203.0.113.7, 1.2.3.4:80:80",
        "203.0.113.7, [1.2.3.4]",
        "203.0.113.7, [::1",
        "203.0.113.7, [::1]80",
        "203.0.113.7, ]",
        "203.0.113.7, []",
        "203.0.113.7, 010.0.0.1",
        "203.0.113.7, \"203.0.113.8\"",
        "203.0.113.7, for=203.0.113.8",
        "203.0.113.7 203.0.113.8",
        "203.0.113.7, fe80::1%",
        "203.0.113.7, localhost",
        "203.0.113.7, \u0000\uffff",
      })
  void before_what_is_hidden_or_malformed_the_walk_ends_at_the_proxy(String header) {
    assertThat(resolve(PROXY, header).address()).isEqualTo(PROXY);
  }

  @Test
  void the_walk_goes_on_over_several_lines() {
    assertThat(resolve(PROXY, "1.1.1.1", CLIENT + ", 10.0.0.3", "10.0.0.2").address())
        .isEqualTo(CLIENT);
    assertThat(resolve(PROXY, CLIENT, "", "10.0.0.2").address()).isEqualTo(CLIENT);
    assertThat(resolve(PROXY).address()).isEqualTo(PROXY);
  }

  @Test
  void where_all_are_trusted_the_leftmost_is_the_client() {
    assertThat(resolve(PROXY, "10.0.0.4, 10.0.0.3").address()).isEqualTo("10.0.0.4");
  }

  @Test
  void the_walk_ends_after_64_hops() {
    List<String> hops =
        Stream.iterate(1, i -> i + 1).limit(100).map(i -> "10.1.1." + i).toList();

    assertThat(resolve(PROXY, CLIENT + "," + String.join(",", hops)).address())
        .isEqualTo("10.1.1.37");
    assertThat(resolve(PROXY, hops.toArray(String[]::new)).address()).isEqualTo("10.1.1.37");
  }

  @Test
  void the_walk_ends_after_8192_characters_and_cuts_no_address_into_another() {
    for (int padding = ForwardedChain.MOST_CHARACTERS - 20;
        padding <= ForwardedChain.MOST_CHARACTERS;
        padding++) {
      String header = "1.1.1.1, 123.45.67.89," + " ".repeat(padding - 9) + "10.0.0.2";

      assertThat(resolve(PROXY, header).address())
          .as("after " + padding)
          .isIn("123.45.67.89", "10.0.0.2", PROXY);
    }
    assertThat(resolve(PROXY, CLIENT + ",".repeat(10_000)).address()).isEqualTo(PROXY);
    assertThat(resolve(PROXY, CLIENT, "x".repeat(1_000_000) + ", 10.0.0.2").address())
        .isEqualTo("10.0.0.2");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "unknown", "localhost", "1.2.3", "\u0000", "/run/app.socket"})
  void a_connection_without_an_address_is_unknown(@Nullable String remote) {
    ClientAddress client = behindProxies.resolve(remote, name -> List.of(CLIENT));

    assertThat(client).isEqualTo(new ClientAddress("unknown", "unknown"));
  }

  @ParameterizedTest
  @CsvSource({
    "::ffff:203.0.113.7, 203.0.113.7, 203.0.113.7",
    "0:0:0:0:0:ffff:cb00:7107, 203.0.113.7, 203.0.113.7",
    "64:ff9b::203.0.113.7, 64:ff9b::cb00:7107, 203.0.113.7",
    "64:ff9b:0:1::1, 64:ff9b:0:1::1, 64:ff9b:0:1::/64",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
    "::1, ::1, ::/64",
    "fe80::1%eth0, fe80::1, fe80::/64",
    "fe80:0:0:0:0:0:0:1%2, fe80::1, fe80::/64",
  })
  void a_subject_stands_for_one_client(String remote, String address, String subject) {
    assertThat(ClientAddresses.direct().resolve(remote, name -> List.of()))
        .isEqualTo(new ClientAddress(address, subject));
  }

  @Test
  void a_client_that_changes_its_address_within_64_bits_stays_the_same_subject() {
    Random random = new Random(SEED);
    Set<String> subjects = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      IpAddress address = new IpAddress(0x2001_0db8_0001_0002L, random.nextLong());
      subjects.add(resolve(PROXY, "1.1.1.1, " + address).subject());
    }

    assertThat(subjects).containsExactly("2001:db8:1:2::/64");
    assertThat(resolve(PROXY, "2001:db8:1:3::1").subject()).isEqualTo("2001:db8:1:3::/64");
  }

  @Test
  void prefixes_can_be_set() {
    ClientAddresses sites =
        ClientAddresses.builder().ipv6Prefix(48).ipv4Prefix(24).build();
    ClientAddresses hosts = ClientAddresses.builder().ipv6Prefix(128).build();

    assertThat(sites.resolve("2001:db8:1:2::7", name -> List.of()).subject())
        .isEqualTo("2001:db8:1::/48");
    assertThat(sites.resolve(CLIENT, name -> List.of()).subject()).isEqualTo("203.0.113.0/24");
    assertThat(hosts.resolve("2001:db8:1:2::7", name -> List.of()).subject())
        .isEqualTo("2001:db8:1:2::7");
  }

  @Test
  void an_address_behind_a_translator_is_trusted_only_as_it_is() {
    assertThat(
            behindProxies.resolve("64:ff9b::10.0.0.1", name -> List.of(CLIENT)).subject())
        .isEqualTo(PROXY);
  }

  @Test
  void whatever_stands_left_of_what_the_proxy_wrote_changes_nothing() {
    Random random = new Random(SEED);
    for (ForwardedHeader header : ForwardedHeader.values()) {
      ClientAddresses addresses =
          ClientAddresses.builder().trust("10.0.0.0/8").header(header).build();
      boolean plain = header == X_FORWARDED_FOR;
      for (int i = 0; i < MANY; i++) {
        String forged = anyText(random) + (plain ? ", 203.0.113.7" : ", for=\"203.0.113.7:80\"");
        List<String> lines = random.nextBoolean() ? List.of(forged) : List.of("for=\"", forged);

        assertThat(addresses.resolve(PROXY, name -> lines).address()).as(forged).isEqualTo(CLIENT);
      }
    }
  }

  @Test
  void no_text_makes_it_fail() {
    Random random = new Random(SEED);
    for (ForwardedHeader header : ForwardedHeader.values()) {
      ClientAddresses addresses =
          ClientAddresses.builder().trust("10.0.0.0/8").header(header).build();
      for (int i = 0; i < MANY; i++) {
        List<String> lines = Collections.nCopies(random.nextInt(3), anyText(random));
        String remote = random.nextInt(4) > 0 ? PROXY : anyText(random);

        ClientAddress client = addresses.resolve(remote, name -> lines);

        assertThat(client.subject()).matches("[0-9a-f.:/]+|unknown");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0      | 10.0.0.0/8    | 10.255.255.255 | true",
        "one address   | 10.0.0.1      | 10.0.0.1       | true",
        "one address   | 10.0.0.1      | 10.0.0.2       | false",
        "next network  | 10.0.0.0/8    | 11.0.0.0       | false",
        "odd prefix    | 10.0.0.0/9    | 10.127.0.1     | true",
        "odd prefix    | 10.0.0.0/9    | 10.128.0.1     | false",
        "mapped        | ::ffff:10.0.0.0/104 | 10.1.2.3 | true",
        "ipv6          | fd00::/8      | fdff::1        | true",
        "ipv6          | fd00::/8      | fc00::1        | false",
        "over ipv4     | ::/64         | 10.0.0.1       | false",
        "over ipv4     | ::/64         | ::1            | true",
      })
  void a_network_holds_the_addresses_that_share_its_prefix(
      String why, String network, String address, boolean trusted) {
    ClientAddresses addresses =
        ClientAddresses.builder().trust(network).header(X_FORWARDED_FOR).build();

    assertThat(addresses.resolve(address, name -> List.of(CLIENT)).address())
        .as(why)
        .isEqualTo(trusted ? CLIENT : address);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0/33    | prefix length '33'",
        "10.0.0.0/-1    | prefix length '-1'",
        "10.0.0.0/08    | prefix length '08'",
        "10.0.0.0/      | prefix length ''",
        "fd00::/129     | prefix length '129'",
        "10.0.0.1/8     | Write 10.0.0.0/8",
        "fd00::1/64     | Write fd00::/64",
        "0.0.0.0/0      | every client could choose its address",
        "::/0           | every client could choose its address",
        "::ffff:0:0/96  | every client could choose its address",
        "proxy.internal | does not begin with an IP address",
        "10.0.0/8       | does not begin with an IP address",
        "''             | does not begin with an IP address",
      })
  void a_network_that_cannot_be_trusted_is_refused_with_the_cure(String network, String message) {
    assertThatThrownBy(() -> ClientAddresses.builder().trust(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + network + "'")
        .hasMessageContaining(message);
  }

  @Test
  void half_a_configuration_is_refused() {
    assertThatThrownBy(() -> ClientAddresses.builder().trust("10.0.0.0/8").build())
        .hasMessageContaining("Call header(...)");
    assertThatThrownBy(() -> ClientAddresses.builder().header(X_FORWARDED_FOR).build())
        .hasMessageContaining("Call trust(...)");
    assertThatThrownBy(() -> ClientAddresses.builder().ipv6Prefix(31))
        .hasMessage("ipv6Prefix must be from 32 to 128 bits, was 31");
    assertThatThrownBy(() -> ClientAddresses.builder().ipv4Prefix(33))
        .hasMessage("ipv4Prefix must be from 8 to 32 bits, was 33");
  }

  private ClientAddress resolve(String remote, String... lines) {
    return behindProxies.resolve(remote, name -> List.of(lines));
  }

  /** Bytes as a server hands them on, one character each, with more of what means something. */
  private static String anyText(Random random) {
    String letters = "0123456789.:,;\"\\[]=%_ \tforunknown";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(60); i > 0; i--) {
      boolean any = random.nextInt(8) == 0;
      text.append(
          any ? (char) random.nextInt(256) : letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }
}
