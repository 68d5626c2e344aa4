package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("C11")
class CardNumbersTest {

  /** Written apart from the code that it judges: by patterns, tried at every place. */
  private static final Pattern SHAPE = Pattern.compile("\\d{13,19}|\\d{4,7}(?:[ -]\\d{3,7})+");

  private static final Pattern SCHEME = Pattern.compile(
      "(?:220[0-9]|22[1-9].|2[3-6]..|27[01].|2720)\\d{12}|3[47]\\d{13}|35\\d{14,17}|3[0689]\\d{12,17}"
          + "|4(?:\\d{12}|\\d{15}|\\d{18})|5\\d{15}|5(?:0|[678])\\d{11,17}|6\\d{15,18}|6(?:3|7)\\d{11,17}"
          + "|8(?:1|2)\\d{14}|8600\\d{12}|(?:9792|9860)\\d{12}");

  private static final Pattern BEGIN = Pattern.compile("(?<![\\p{L}\\p{Nd}]|\\d\\.)\\d");

  private static final Pattern END = Pattern.compile("(?![\\p{L}\\p{Nd}]|\\.\\d)");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4222222222222",
        "378282246310005",
        "3782 822463 10005",
        "30569309025904",
        "5555555555554444",
        "2223003122003222",
        "6011111111111117",
        "3530111333300000",
        "6205500000000000004",
        "6759649826438453",
        "pay with 4111111111111111, until 12/27",
        "card_4111111111111111",
        "2 x 4111 1111 1111 1111 12/27",
        "{\"note\":\"4111111111111111\"}",
        "Paid by 4111111111111111."
      })
  void the_number_of_a_card_is_found(String text) {
    assertThat(CardNumbers.isIn(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4111111111111112",
        "411111111111111",
        "1718000000000",
        "1718000000007",
        "9783161484100",
        "9780306406157",
        "x4111111111111111",
        "4111111111111111a",
        "0.4111111111111111",
        "52.4111111111111111",
        "41111111111111111111",
        "36 37 38 39 40 41 42",
        "4111--1111--1111--1111",
        "4111,1111,1111,1111",
        "41111111-1111-1111-0000-000000000000",
        "+49 170 12345678"
      })
  void what_only_looks_so_is_not(String text) {
    assertThat(CardNumbers.isIn(text)).isFalse();
    assertThat(CardNumbers.mask(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          4111111111111111                          | ************1111
          4111-1111-1111-1111                       | ****-****-****-1111
          3782 822463 10005                         | **** ****** *0005
          4111111111111111 and 5555555555554444, 42 | ************1111 and ************4444, 42
          """)
  void all_digits_but_the_last_four_are_masked(String text, String masked) {
    assertThat(CardNumbers.mask(text)).isEqualTo(masked);
    assertThat(CardNumbers.isIn(masked)).isFalse();
  }

  @Test
  void a_uuid_is_never_a_card() {
    Random random = new Random(5);
    for (int i = 0; i < 200_000; i++) {
      String digits =
          new UUID(random.nextLong(), random.nextLong()).toString().replaceAll("[a-f]", "4");
      assertThat(CardNumbers.isIn(digits)).as(digits).isFalse();
    }
  }

  @Test
  void in_any_text_the_same_is_found_as_by_trying_every_place() {
    Random random = new Random(42);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      String text = text(random);
      boolean expected = isInByTrying(text);
      assertThat(CardNumbers.isIn(text)).as("'%s'", text).isEqualTo(expected);
      String masked = CardNumbers.mask(text);
      assertThat(masked.equals(text)).as("'%s' became '%s'", text, masked).isEqualTo(!expected);
      assertThat(masked).hasSameSizeAs(text);
      found += expected ? 1 : 0;
    }
    assertThat(found).isGreaterThan(1_500);
  }

  /** Text in which cards, near-cards and the characters around them are frequent. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int pieces = random.nextInt(6);
    for (int i = 0; i < pieces; i++) {
      switch (random.nextInt(4)) {
        case 0 -> text.append("ab .-,_\nü".charAt(random.nextInt(9)));
        case 1 -> text.append("some words without any digit ", 0, random.nextInt(29));
        case 2 -> text.append(random.nextInt(100_000));
        default -> text.append(grouped(random, number(random)));
      }
      text.append(random.nextInt(4) > 0 ? ' ' : '.');
    }
    return text.toString();
  }

  private static String number(Random random) {
    StringBuilder number = new StringBuilder();
    number.append("23456889".charAt(random.nextInt(8))).append(random.nextInt(3) > 0 ? "2" : "7");
    int length = random.nextInt(3) > 0 ? 16 : 12 + random.nextInt(9);
    while (number.length() < length) {
      number.append(random.nextInt(10));
    }
    for (int digit = 0; digit < 10 && random.nextInt(8) > 0; digit++) {
      number.setCharAt(length - 1, (char) ('0' + digit));
      if (isByLuhn(number.toString())) {
        break;
      }
    }
    return number.toString();
  }

  private static String grouped(Random random, String number) {
    if (random.nextBoolean()) {
      return number;
    }
    StringBuilder grouped = new StringBuilder(number);
    for (int i = 4; i < grouped.length(); i += 3 + random.nextInt(4)) {
      grouped.insert(i++, random.nextInt(3) == 0 ? '-' : ' ');
    }
    return grouped.toString();
  }

  private static boolean isInByTrying(String text) {
    Matcher begin = BEGIN.matcher(text);
    for (int at = 0; begin.find(at); at = begin.start() + 1) {
      for (int end = begin.start() + 13; end <= text.length(); end++) {
        String digits = text.substring(begin.start(), end).replace(" ", "").replace("-", "");
        if (digits.length() > 19) {
          break;
        }
        if (digits.length() >= 13
            && isByLuhn(digits)
            && SCHEME.matcher(digits).matches()
            && SHAPE.matcher(text.substring(begin.start(), end)).matches()
            && END.matcher(text.substring(end)).lookingAt()) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isByLuhn(String number) {
    int sum = 0;
    if (!number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    String fromRight = new StringBuilder(number).reverse().toString();
    for (int i = 0; i < fromRight.length(); i++) {
      int digit = Character.digit(fromRight.charAt(i), 10) * (i % 2 == 0 ? 1 : 2);
      sum += digit / 10 + digit % 10;
    }
    return sum % 10 == 0;
  }
}
