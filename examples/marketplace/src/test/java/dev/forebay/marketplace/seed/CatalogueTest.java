package dev.forebay.marketplace.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.marketplace.seed.Catalogue.Kind;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CatalogueTest {

  private final Catalogue catalogue = Catalogue.read();

  @Test
  void there_are_enough_places_categories_and_kinds() {
    assertThat(catalogue.places()).hasSizeGreaterThanOrEqualTo(55).doesNotHaveDuplicates();
    assertThat(catalogue.categories()).hasSizeGreaterThanOrEqualTo(12);
    assertThat(catalogue.categories())
        .allSatisfy(category -> assertThat(category.kinds()).hasSizeGreaterThanOrEqualTo(3));
  }

  @Test
  void every_kind_has_words_prices_and_an_icon() throws Exception {
    String icons;
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/static/icons.svg"))) {
      icons = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Catalogue.Category category : catalogue.categories()) {
      for (Kind kind : category.kinds()) {
        assertThat(kind.things()).as(kind.name()).isNotEmpty();
        assertThat(kind.traits()).as(kind.name()).hasSizeGreaterThanOrEqualTo(6);
        assertThat(kind.notes()).as(kind.name()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(kind.lowest()).as(kind.name()).isPositive().isLessThan(kind.highest());
        assertThat(icons).contains("id=\"" + kind.icon() + "\"");
      }
    }
  }

  @Test
  void titles_are_ready_to_print() {
    MarketTalk talk = new MarketTalk(Pools.draw(1), new Dice(1));
    for (Catalogue.Category category : catalogue.categories()) {
      for (Kind kind : category.kinds()) {
        for (int i = 0; i < 200; i++) {
          assertThat(talk.title(kind)).hasSizeBetween(3, 120).doesNotContain("{", "}", "  ");
        }
      }
    }
  }
}
