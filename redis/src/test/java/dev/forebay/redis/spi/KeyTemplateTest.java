package dev.forebay.redis.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTemplateTest {

  record Page(String category, Optional<String> search, int page) {}

  enum Size {
    SMALL {
      @Override
      public String toString() {
        return "a small one";
      }
    }
  }

  @Test
  void a_scalar_key_fills_the_placeholder() {
    assertThat(KeyTemplate.parse("event:{id}", Long.class).render(42L)).isEqualTo("event:42");
    assertThat(KeyTemplate.parse("user:{id}:profile", String.class).render("ann"))
        .isEqualTo("user:ann:profile");
    UUID id = new UUID(1, 2);
    assertThat(KeyTemplate.parse("job:{id}", UUID.class).render(id)).isEqualTo("job:" + id);
  }

  @Test
  void an_enum_is_named_by_its_constant_whatever_its_text() {
    assertThat(KeyTemplate.parse("size:{size}", Size.class).render(Size.SMALL))
        .isEqualTo("size:SMALL");
  }

  @Test
  void a_record_fills_the_placeholders_by_name() {
    KeyTemplate<Page> template = KeyTemplate.parse("items:{page}:{category}:{search}", Page.class);

    assertThat(template.render(new Page("books", Optional.of("red shoes"), 3)))
        .isEqualTo("items:3:books:red%20shoes");
  }

  @Test
  void an_absent_component_differs_from_an_empty_one() {
    KeyTemplate<Page> template = KeyTemplate.parse("items:{category}:{search}:{page}", Page.class);

    assertThat(template.render(new Page("", Optional.empty(), 1)))
        .isNotEqualTo(template.render(new Page("", Optional.of(""), 1)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
          1:profile    | k:1%3Aprofile
          *            | k:%2A
          a?[b]^\\     | k:a%3F%5Bb%5D%5E%5C
          {tag}        | k:%7Btag%7D
          50%          | k:50%25
          jürgen@x.de  | k:jürgen@x.de
          \uD83D\uDE00 | k:\uD83D\uDE00
          """)
  @Tag("C8")
  @Tag("C11")
  void text_in_a_key_forges_no_other_key_no_pattern_and_no_hash_tag(String text, String expected) {
    assertThat(KeyTemplate.parse("k:{text}", String.class).render(text)).isEqualTo(expected);
  }

  @Test
  void control_characters_and_unpaired_surrogates_are_escaped() {
    assertThat(KeyTemplate.parse("k:{text}", String.class).render("a\n\0\r\uD800z\uDC00"))
        .isEqualTo("k:a%0A%00%0D%uD800z%uDC00");
  }

  @Test
  @Tag("C11")
  void two_different_keys_never_have_one_name() {
    String alphabet = "a:%/*{}-~0\0\n ü\uD83D\uDE00\uD800";
    KeyTemplate<Page> template = KeyTemplate.parse("items:{category}:{search}:{page}", Page.class);
    Random random = new Random(42);
    Map<String, Page> owners = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      Page page = new Page(
          text(random, alphabet),
          random.nextInt(4) == 0 ? Optional.empty() : Optional.of(text(random, alphabet)),
          random.nextInt(3));
      Page owner = owners.putIfAbsent(template.render(page), page);
      assertThat(owner == null || owner.equals(page))
          .as("%s and %s", owner, page)
          .isTrue();
    }
  }

  @Test
  void the_pattern_has_a_star_for_each_placeholder() {
    assertThat(KeyTemplate.parse("items:{category}:{search}:{page}", Page.class).pattern())
        .isEqualTo("items:*:*:*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event",
        "{id}",
        "event*:{id}",
        "event {id}",
        "event:{id}:{id}",
        "e:{i d}",
        "user:admin-{id}",
        "user:{id}x"
      })
  void a_template_that_cannot_name_one_value_is_refused(String template) {
    assertThatThrownBy(() -> KeyTemplate.parse(template, Long.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + template + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "user:{id}, user:{name}, true",
    "user:{id}, user:{id}:profile, false",
    "user:{id}:profile, user:{id}:items, false",
    "user:{id}:x, user:y:{id}, true",
    "a::{id}, a:{id}:x, true",
    "a:{id}, a/{id}, false",
    "a:{id}, b:{id}, false"
  })
  void templates_that_could_ever_make_one_name_are_told(String one, String other, boolean overlap) {
    KeyTemplate<String> first = KeyTemplate.parse(one, String.class);
    KeyTemplate<String> second = KeyTemplate.parse(other, String.class);

    assertThat(first.overlaps(second)).isEqualTo(overlap);
    assertThat(second.overlaps(first)).isEqualTo(overlap);
  }

  @Test
  void a_template_knows_its_own_names() {
    KeyTemplate<String> template = KeyTemplate.parse("user:{id}", String.class);

    assertThat(template.names(template.render("a:b*"))).isTrue();
    assertThat(template.names("user:1:profile")).isFalse();
    assertThat(template.names("users:1")).isFalse();
  }

  @Test
  void a_record_component_that_is_left_out_is_refused() {
    assertThatThrownBy(() -> KeyTemplate.parse("items:{category}:{page}", Page.class))
        .hasMessageContaining("[category, page]")
        .hasMessageContaining("[category, search, page]");
  }

  @Test
  void placeholders_parted_by_what_a_value_may_hold_are_refused() {
    assertThatThrownBy(() -> KeyTemplate.parse("items:{category}-{search}:{page}", Page.class))
        .hasMessageContaining("Part them by ':'");
  }

  @Test
  void a_type_without_a_stable_text_is_refused() {
    assertThatThrownBy(() -> KeyTemplate.parse("k:{id}", Object.class))
        .hasMessageContaining("java.lang.Object");
    assertThatThrownBy(() -> KeyTemplate.parse("k:{id}", Double.class))
        .hasMessageContaining("java.lang.Double");
  }

  @Test
  void a_key_that_is_too_long_is_refused_with_its_length() {
    KeyTemplate<String> template = KeyTemplate.parse("k:{text}", String.class);

    assertThat(template.render("x".repeat(4094))).hasSize(4096);
    assertThatThrownBy(() -> template.render("ü".repeat(2048)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4098 bytes");
  }

  @Test
  @Tag("C11")
  void a_template_can_require_what_tells_its_entries_apart() {
    KeyTemplate<Page> template =
        KeyTemplate.parse("items:{category}:{search}:{page}", Page.class).requiring("search");

    assertThat(template.render(new Page("", Optional.of("red"), 1))).isEqualTo("items::red:1");
    for (Optional<String> nothing : List.of(Optional.<String>empty(), Optional.of(""))) {
      assertThatThrownBy(() -> template.render(new Page("books", nothing, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nothing for {search}");
    }
    assertThatThrownBy(() -> template.requiring("user"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no placeholder {user}");
  }

  private static String text(Random random, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(4); length > 0; length--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
