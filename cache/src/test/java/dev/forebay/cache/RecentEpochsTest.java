package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentEpochsTest {

  private final RecentEpochs recent = new RecentEpochs();

  private static EntryId entryOf(String... epochs) {
    return new EntryId("entry", "#lease:{", List.of(epochs));
  }

  @Test
  void an_epoch_is_what_was_noted_last() {
    recent.note("a", "1");
    recent.note("b", "2");
    recent.note("a", "3");

    assertThat(recent.at(List.of("a", "b")).of(entryOf("a", "b"))).containsExactly("3", "2");
  }

  @Test
  void an_entry_with_an_epoch_that_is_not_known_has_none() {
    recent.note("a", "1");

    assertThat(recent.at(List.of("a", "b")).of(entryOf("a", "b"))).isNull();
  }

  @Test
  void an_epoch_is_never_mistaken_for_another_that_shares_its_place() {
    List<String> keys =
        IntStream.range(0, 10 * RecentEpochs.PLACES).mapToObj(i -> "epoch:" + i).toList();
    keys.forEach(key -> recent.note(key, "of " + key));

    long known = keys.stream()
        .filter(key -> {
          List<String> epochs = recent.at(List.of(key)).of(entryOf(key));
          assertThat(epochs).isIn(null, List.of("of " + key));
          return epochs != null;
        })
        .count();

    assertThat(known).isBetween(1L, (long) RecentEpochs.PLACES);
  }
}
