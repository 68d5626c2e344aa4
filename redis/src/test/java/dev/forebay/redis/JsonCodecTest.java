package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

class JsonCodecTest {

  record Event(long id, String title, Optional<String> place, Instant start, List<String> tags) {}

  record Knot(Object end) {}

  @Test
  void a_record_is_read_as_it_was_written() {
    JsonCodec<Event> codec = JsonCodec.of(Event.class);
    Event event = new Event(
        7,
        "Fête \uD83D\uDE00",
        Optional.empty(),
        Instant.parse("2026-05-01T10:00:00.123456789Z"),
        List.of("a"));

    assertThat(codec.decode(codec.encode(event))).isEqualTo(event);
  }

  @Test
  void generic_types_keep_their_arguments() {
    JsonCodec<List<Event>> list = JsonCodec.listOf(Event.class);
    JsonCodec<Map<String, Event>> map = JsonCodec.of(new TypeReference<Map<String, Event>>() {});
    Event event = new Event(1, "t", Optional.of("p"), Instant.EPOCH, List.of());

    assertThat(list.decode(list.encode(List.of(event)))).containsExactly(event);
    assertThat(map.decode(map.encode(Map.of("x", event)))).containsEntry("x", event);
  }

  @Test
  void a_property_of_a_newer_release_is_passed_over() {
    byte[] newer = "{\"end\":null,\"colour\":\"red\"}".getBytes(UTF_8);

    assertThat(JsonCodec.of(Knot.class).decode(newer).end()).isNull();
  }

  record Place(String name, List<String> tags) {}

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"id\":7,\"title\":\"x\"}", "{\"name\":1,\"tags\":[]}", "{\"name\":\"x\"}"
      })
  void json_of_another_record_is_not_guessed_at(String json) {
    assertThatThrownBy(() -> JsonCodec.of(Place.class).decode(json.getBytes(UTF_8)))
        .isInstanceOf(CodecException.class);
  }

  @Test
  void a_scalar_of_another_type_is_not_converted() {
    for (String json : List.of("\"7\"", "1.9", "true", "\"\"")) {
      assertThatThrownBy(() -> JsonCodec.of(Integer.class).decode(json.getBytes(UTF_8)))
          .as(json)
          .isInstanceOf(CodecException.class);
    }
    for (String json : List.of("7", "1.9", "true")) {
      assertThatThrownBy(() -> JsonCodec.of(String.class).decode(json.getBytes(UTF_8)))
          .as(json)
          .isInstanceOf(CodecException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "null", "{} {}", "[1]", "{\"id\":\"secret-text\"}", "\0\1\2"})
  void other_bytes_are_refused_and_not_quoted(String text) {
    assertThatThrownBy(() -> JsonCodec.of(Event.class).decode(text.getBytes(UTF_8)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("Event")
        .message()
        .doesNotContain("secret-text");
  }

  @Test
  void a_value_that_cannot_be_written_is_refused() {
    Object[] cycle = new Object[1];
    cycle[0] = cycle;

    assertThatThrownBy(() -> JsonCodec.of(Knot.class).encode(new Knot(cycle)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("Knot");
  }

  @Test
  void a_type_that_does_not_say_what_to_read_is_refused_at_once() {
    for (Class<?> type : List.of(Object.class, List.class, Optional.class, Runnable.class)) {
      assertThatThrownBy(() -> JsonCodec.of(type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName())
          .hasMessageContaining("Name ");
    }
  }

  @Test
  void the_knowledge_that_there_is_none_is_a_value() {
    JsonCodec<Optional<Place>> codec = JsonCodec.optionalOf(Place.class);
    Place ulm = new Place("Ulm", List.of());

    assertThat(codec.decode(codec.encode(Optional.empty()))).isEmpty();
    assertThat(codec.decode(codec.encode(Optional.of(ulm)))).contains(ulm);
  }
}
