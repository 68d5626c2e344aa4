package dev.forebay.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("RL4")
class ProblemTest {

  private final JsonMapper json = JsonMapper.shared();

  @Test
  void a_problem_has_the_members_of_the_standard_and_its_own() {
    Problem problem = Problem.of(403, "Forbidden")
        .withType(URI.create("https://example.org/problems/not-yours"))
        .withDetail("Only the seller may do that.")
        .withInstance(URI.create("/items/42"))
        .with("item", 42)
        .with("owner", Map.of("name", "Ada"))
        .with("rights", List.of("read", true, 7L));

    assertThat(problem.toJson())
        .isEqualTo("{\"title\":\"Forbidden\",\"status\":403,"
            + "\"type\":\"https://example.org/problems/not-yours\","
            + "\"detail\":\"Only the seller may do that.\",\"instance\":\"/items/42\","
            + "\"item\":42,\"owner\":{\"name\":\"Ada\"},\"rights\":[\"read\",true,7]}");
    assertThat(problem.status()).isEqualTo(403);
    assertThat(problem.toBytes()).isEqualTo(problem.toJson().getBytes(UTF_8));
  }

  @Test
  void a_used_up_quota_names_the_limits_and_when_to_ask_again() {
    JsonNode problem = read(Problem.quotaExceeded(List.of("login", "auth"))
        .withRetryAfter(Duration.ofMillis(41_200))
        .withDetail("Too many attempts to sign in."));

    assertThat(problem.get("type").asString())
        .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
    assertThat(problem.get("status").asInt()).isEqualTo(429);
    assertThat(problem.get("detail").asString()).isEqualTo("Too many attempts to sign in.");
    assertThat(problem.get("retry-after").asInt()).isEqualTo(42);
    assertThat(problem.get("violated-policies").valueStream().map(JsonNode::asString))
        .containsExactly("login", "auth");
  }

  @Test
  void a_quota_that_cannot_be_told_is_a_problem_of_the_server() {
    JsonNode problem = read(Problem.temporaryReducedCapacity(List.of("login")));

    assertThat(problem.get("type").asString()).endsWith("#temporary-reduced-capacity");
    assertThat(problem.get("status").asInt()).isEqualTo(503);
  }

  @Test
  void any_text_is_read_back_as_it_was() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      String text = anyText(random);
      Problem problem = Problem.of(400, text).withDetail(text).with("x" + text, List.of(text));

      String written = new String(problem.toBytes(), UTF_8);
      JsonNode read = json.readTree(written);

      String expected = withoutHalves(text);
      assertThat(read.get("title").asString()).isEqualTo(expected);
      assertThat(read.get("detail").asString()).isEqualTo(expected);
      assertThat(read.get("x" + expected).get(0).asString()).isEqualTo(expected);
      assertThat(written).doesNotContain("<", ">", "&", "\n", "\u2028");
    }
  }

  @Test
  void what_is_changed_later_changes_no_problem() {
    List<String> items = new ArrayList<>(List.of("a"));
    Problem problem = Problem.of(400, "Bad Request").with("items", items);
    Problem other = problem.withDetail("more");
    items.add("b");

    assertThat(problem.toJson()).doesNotContain("b\"", "detail");
    assertThat(other.toJson()).contains("\"detail\":\"more\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "type", "title", "status", "detail", "instance"})
  void a_member_of_the_standard_is_no_extension(String name) {
    assertThatThrownBy(() -> Problem.of(400, "Bad Request").with(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'");
  }

  @Test
  void values_that_json_cannot_hold_as_they_are_and_statuses_of_no_error_are_refused() {
    assertThatThrownBy(() -> Problem.of(400, "Bad Request").with("x", 1.5))
        .hasMessageContaining("not a java.lang.Double");
    assertThatThrownBy(() -> Problem.of(399, "Fine"))
        .hasMessage("status of a problem must be from 400 to 599, was 399");
    assertThatThrownBy(() -> Problem.of(600, "Fine")).hasMessageContaining("was 600");
  }

  private JsonNode read(Problem problem) {
    return json.readTree(problem.toBytes());
  }

  private static String withoutHalves(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }

  private static String anyText(Random random) {
    String telling = "\"\\/\n\r\t\b\f\u0000\u001f\u007f<>&'\u2028\u2029\ud83d\ude00\ud83d\ufeff";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(
          random.nextBoolean()
              ? telling.charAt(random.nextInt(telling.length()))
              : (char) random.nextInt(0x10000));
    }
    return text.toString();
  }
}
