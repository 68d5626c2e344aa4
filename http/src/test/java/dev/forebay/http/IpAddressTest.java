package dev.forebay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  private static final int MANY = 20_000;
  private static final long SEED = 20_261_121;

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "0:0:0:0:0:0:0:1, ::1",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0db8:0000:0000:0000:0000:0002:0001, 2001:db8::2:1",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "fe80::, fe80::",
    "::ffff:203.0.113.7, 203.0.113.7",
    "::FFFF:cb00:7107, 203.0.113.7",
    "0:0:0:0:0:ffff:203.0.113.7, 203.0.113.7",
    "::203.0.113.7, ::cb00:7107",
    "64:ff9b::203.0.113.7, 64:ff9b::cb00:7107",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
  })
  void a_literal_has_one_canonical_text(String literal, String canonical) {
    assertThat(IpAddress.parse(literal)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        ":",
        ":::",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.4.",
        ".1.2.3.4",
        "1..3.4",
        "256.1.1.1",
        "1.1.1.1000",
        "01.2.3.4",
        "1.2.3.00",
        "0x7f.0.0.1",
        "127.1",
        "2130706433",
        "1.2.3.4 ",
        " 1.2.3.4",
        "+1.2.3.4",
        "-1.2.3.4",
        "1.2.3.4/8",
        "1.2.3.4:80",
        "١.٢.٣.٤",
        "１.2.3.4",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1::2::3",
        "1:2:3:4:5:6:7:",
        ":1:2:3:4:5:6:7",
        "1:",
        "12345::",
        "g::",
        "::1.2.3",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::",
        "::abc.1.1.1",
        "[::1]",
        "::1%eth0",
        "fe80::1%",
        "::ｆ",
        "localhost",
        "example.com",
        "unknown",
        "_hidden",
        "\u0000",
      })
  void what_is_no_literal_is_none(String text) {
    assertThat(IpAddress.parse(text)).isNull();
  }

  @Test
  void every_ipv6_address_is_read_as_java_writes_it() throws UnknownHostException {
    Random random = new Random(SEED);
    for (int i = 0; i < MANY; i++) {
      IpAddress address = sparse(random);
      byte[] bytes =
          ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low()).array();
      String written = Objects.requireNonNull(InetAddress.getByAddress(bytes).getHostAddress());

      assertThat(IpAddress.parse(written)).as(written).isEqualTo(address);
    }
  }

  @Test
  void every_way_to_write_an_address_is_read_as_that_address() {
    Random random = new Random(SEED);
    for (int i = 0; i < MANY; i++) {
      IpAddress address = sparse(random);
      String written = anyForm(address, random);

      assertThat(IpAddress.parse(written)).as(written).isEqualTo(address);
      assertThat(IpAddress.parse(address.toString())).as(address.toString()).isEqualTo(address);
    }
  }

  @Test
  void text_that_looks_like_an_address_is_one_or_none_and_never_fails() {
    Random random = new Random(SEED);
    String letters = "0123456789abcdefABCDEF::::....%[]/ gx\u0660";
    int read = 0;
    for (int i = 0; i < MANY * 5; i++) {
      StringBuilder text = new StringBuilder(anyForm(sparse(random), random));
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(text.length() + 1);
        char letter = letters.charAt(random.nextInt(letters.length()));
        if (random.nextBoolean() && at < text.length()) {
          text.setCharAt(at, letter);
        } else {
          text.insert(at, letter);
        }
      }
      IpAddress address = IpAddress.parse(text.toString());
      if (address != null) {
        read++;
        assertThat(text.toString()).matches("[0-9a-fA-F:.]+");
        assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
      }
    }
    assertThat(read).isBetween(MANY / 10, MANY * 5);
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:1:2:3:4:5:6, 64, 2001:db8:1:2::",
    "2001:db8:1:2:3:4:5:6, 48, 2001:db8:1::",
    "2001:db8:1:2:3:4:5:6, 65, 2001:db8:1:2::",
    "2001:db8:1:2:ffff::, 65, 2001:db8:1:2:8000::",
    "2001:db8:1:2:3:4:5:6, 128, 2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2:3:4:5:6, 0, ::",
    "203.0.113.7, 120, 203.0.113.0",
  })
  void a_mask_clears_what_follows_its_bits(String address, int bits, String masked) {
    assertThat(Objects.requireNonNull(IpAddress.parse(address)).masked(bits)).hasToString(masked);
  }

  /** Many of its groups are zero, some of its addresses are mapped. */
  private static IpAddress sparse(Random random) {
    if (random.nextInt(8) == 0) {
      return new IpAddress(0, 0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL));
    }
    long[] halves = new long[2];
    for (int group = 0; group < 8; group++) {
      long value = random.nextBoolean() ? 0 : random.nextInt(1 << random.nextInt(1, 17));
      halves[group / 4] = (halves[group / 4] << 16) | value;
    }
    return new IpAddress(halves[0], halves[1]);
  }

  /** A text that means the address: any run of zeros left out, or none; leading zeros; any case. */
  private static String anyForm(IpAddress address, Random random) {
    ByteBuffer bytes =
        ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low()).flip();
    int[] groups = new int[8];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = bytes.getShort() & 0xffff;
    }
    boolean dotted = random.nextInt(4) == 0;
    int written = dotted ? 6 : 8;
    int from = random.nextInt(written + 1);
    int to = from;
    while (to < written && groups[to] == 0 && random.nextInt(4) > 0) {
      to++;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < written; i++) {
      if (i < from || i >= to) {
        text.append(i == 0 || text.toString().endsWith("::") ? "" : ":");
        text.append(String.format(random.nextBoolean() ? "%x" : "%04x", groups[i]));
      } else if (i == from) {
        text.append("::");
      }
    }
    if (dotted) {
      text.append(text.toString().endsWith("::") ? "" : ":");
      text.append("%d.%d.%d.%d"
          .formatted(groups[6] >> 8, groups[6] & 255, groups[7] >> 8, groups[7] & 255));
    }
    return random.nextBoolean() ? text.toString() : text.toString().toUpperCase(Locale.ROOT);
  }
}
