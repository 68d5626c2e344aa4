package dev.forebay.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP/1.0 response as it came over the wire. */
record HttpAnswer(int status, Map<String, List<String>> fields, String body) {

  static HttpAnswer parse(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    List<String> head = text.substring(0, end).lines().toList();
    Map<String, List<String>> fields = new TreeMap<>();
    for (String line : head.subList(1, head.size())) {
      int colon = line.indexOf(':');
      fields
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    String body = new String(text.substring(end + 4).getBytes(ISO_8859_1), UTF_8);
    return new HttpAnswer(Integer.parseInt(head.get(0).split(" ", -1)[1]), fields, body);
  }

  /** The only field of a name; empty if there is none. */
  String field(String name) {
    List<String> values = fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    if (values.size() > 1) {
      throw new AssertionError(name + " was sent more than once: " + values);
    }
    return values.isEmpty() ? "" : values.get(0);
  }

  JsonNode json() {
    return JsonMapper.shared().readTree(body);
  }
}
