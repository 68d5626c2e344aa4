package dev.forebay.benchmarks.sessions;

import dev.forebay.benchmarks.Stage;
import dev.forebay.benchmarks.TextLettuce;
import io.lettuce.core.GetExArgs;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** A session is one value of JSON. */
final class LettuceBlob implements SessionStore {

  static final String CONFIGURATION = TextLettuce.CONFIGURATION
      + ", a session is JSON by Jackson 3; `SETEX`, `GET`, `GETEX`, and `GET` with `SETEX` to save";

  static final Duration IDLE = Duration.ofMinutes(30);

  private static final JsonMapper JSON = new JsonMapper();
  private static final ObjectReader READER =
      JSON.readerFor(new TypeReference<Map<String, String>>() {});

  private final TextLettuce lettuce;

  LettuceBlob(Stage stage) {
    lettuce = new TextLettuce(stage.uri());
  }

  @Override
  public String create(Map<String, String> attributes) {
    String id = UUID.randomUUID().toString();
    write(id, attributes);
    return id;
  }

  private void write(String id, Map<String, String> attributes) {
    var unused =
        lettuce.sync().setex(key(id), IDLE.toSeconds(), JSON.writeValueAsString(attributes));
  }

  @Override
  public @Nullable String read(String id, String attribute) {
    return decode(lettuce.sync().get(key(id))).get(attribute);
  }

  @Override
  public @Nullable String touch(String id, String attribute) {
    return decode(lettuce.sync().getex(key(id), GetExArgs.Builder.ex(IDLE))).get(attribute);
  }

  @Override
  public void save(String id, String attribute, String value) {
    Map<String, String> attributes = decode(lettuce.sync().get(key(id)));
    attributes.put(attribute, value);
    write(id, attributes);
  }

  private static String key(String id) {
    return "session:" + id;
  }

  private static Map<String, String> decode(@Nullable String json) {
    return json == null ? new HashMap<>() : READER.readValue(json);
  }

  @Override
  public void close() {
    lettuce.close();
  }
}
