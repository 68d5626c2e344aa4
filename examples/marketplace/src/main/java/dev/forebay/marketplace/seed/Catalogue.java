package dev.forebay.marketplace.seed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is traded where: the vocabularies in {@code seed/catalogue.txt} and {@code seed/places.txt}. */
record Catalogue(List<Category> categories, List<Place> places) {

  private static final List<String> USUAL_TITLES = List.of(
      "{maker} {thing}",
      "{maker} {thing}, {trait}",
      "{thing}, {trait}",
      "{thing} by {maker}",
      "{maker} {thing} ({trait})",
      "{thing} – {trait}",
      "{thing} by {maker}, {trait}");
  private static final List<String> TITLES_WITHOUT_MAKER =
      List.of("{thing}", "{thing}, {trait}", "{thing} ({trait})", "{thing}, {trait}, {trait}");

  record Place(String name, String region) {}

  record Category(String name, String icon, int hue, List<Kind> kinds) {}

  /** A kind of item, the words for it and its usual prices in credits. */
  record Kind(
      String name,
      String icon,
      int lowest,
      int highest,
      List<String> things,
      List<String> makers,
      List<String> traits,
      List<String> titles,
      List<String> notes) {}

  static Catalogue read() {
    List<Place> places = lines("seed/places.txt").stream()
        .flatMap(line -> {
          String region = line.substring(0, line.indexOf(':'));
          return Arrays.stream(line.substring(region.length() + 1).split(",", -1))
              .map(name -> new Place(name.strip(), region));
        })
        .toList();
    List<Category> categories = new ArrayList<>();
    Map<String, String> words = new HashMap<>();
    for (String line : lines("seed/catalogue.txt")) {
      String[] fields = line.substring(2).split("\\s*\\|\\s*", -1);
      if (line.startsWith("= ")) {
        categories.add(
            new Category(fields[0], fields[1], Integer.parseInt(fields[2]), new ArrayList<>()));
      } else if (line.startsWith("- ")) {
        words.put("kind", fields[0]);
        words.put("prices", fields[1]);
        words.put(
            "icon",
            fields.length > 2
                ? fields[2]
                : categories.get(categories.size() - 1).icon());
      } else {
        words.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1));
        if (line.startsWith("notes:")) { // the last line of each kind
          categories.get(categories.size() - 1).kinds().add(kind(words));
          words.clear();
        }
      }
    }
    return new Catalogue(List.copyOf(categories), places);
  }

  private static Kind kind(Map<String, String> lines) {
    String[] prices = lines.getOrDefault("prices", "").split("-", 2);
    List<String> makers = split(lines, "makers", ",");
    List<String> titles = split(lines, "titles", "\\|");
    return new Kind(
        lines.getOrDefault("kind", ""),
        lines.getOrDefault("icon", ""),
        Integer.parseInt(prices[0]),
        Integer.parseInt(prices[1]),
        split(lines, "things", ","),
        makers,
        split(lines, "traits", ","),
        !titles.isEmpty() ? titles : makers.isEmpty() ? TITLES_WITHOUT_MAKER : USUAL_TITLES,
        split(lines, "notes", "\\|"));
  }

  private static List<String> split(Map<String, String> lines, String name, String separator) {
    return Arrays.stream(lines.getOrDefault(name, "").split(separator, -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static List<String> lines(String resource) {
    try (InputStream in = Objects.requireNonNull(
        Catalogue.class.getClassLoader().getResourceAsStream(resource),
        resource + " is missing from the class path")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
