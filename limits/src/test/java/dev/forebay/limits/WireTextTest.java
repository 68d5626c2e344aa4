package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WireTextTest {

  @Test
  void whatever_text_goes_to_redis_comes_back_and_is_no_other_text() {
    Random random = new Random(42);
    String characters = "a%u0123456789ABCDEF :{}\n\uD800\uDBFF\uDC00\uDFFFé\u0000";
    Set<String> texts = new HashSet<>();
    Set<String> encoded = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(6); length >= 0; length--) {
        text.append(characters.charAt(random.nextInt(characters.length())));
      }
      texts.add(text.toString());
      String wire = WireText.encode(text.toString());
      byte[] bytes = wire.getBytes(StandardCharsets.UTF_8);
      encoded.add(new String(bytes, StandardCharsets.UTF_8));
      assertThat(WireText.decode(new String(bytes, StandardCharsets.UTF_8)))
          .isEqualTo(text.toString());
      assertThat(wire).doesNotContain(" ");
    }
    assertThat(encoded).hasSameSizeAs(texts);
  }

  @Test
  void what_is_not_escaped_stands_for_itself() {
    for (String text : new String[] {"", "%", "%2", "%zz", "%u12", "100%", "%hour"}) {
      assertThat(WireText.decode(text)).isEqualTo(text);
    }
  }
}
