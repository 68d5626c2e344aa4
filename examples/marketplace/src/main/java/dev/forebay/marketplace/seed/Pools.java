package dev.forebay.marketplace.seed;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import net.datafaker.Faker;

/**
 * Words drawn from Datafaker once, then combined: a draw costs microseconds to milliseconds, and a market needs half a
 * million of them. The same seed gives the same pools.
 */
record Pools(List<String> firstNames, List<String> lastNames, Map<String, List<String>> words) {

  static Pools draw(long seed) {
    Faker faker = new Faker(Locale.ENGLISH, new Random(seed));
    return new Pools(
        distinct(700, faker.name()::firstName),
        distinct(900, faker.name()::lastName),
        Map.of(
            "book", distinct(150, faker.book()::title),
            "author", distinct(250, faker.book()::author),
            "band", distinct(90, faker.rockBand()::name),
            "game", distinct(150, faker.videoGame()::title),
            "boardgame", distinct(150, faker.boardgame()::name),
            "camera", distinct(120, faker.camera()::brandWithModel),
            "dog", distinct(80, () -> faker.dog().breed()),
            "colour",
                List.of(
                    "blue",
                    "navy",
                    "teal",
                    "moss green",
                    "olive",
                    "mustard",
                    "rust",
                    "terracotta",
                    "burgundy",
                    "plum",
                    "charcoal",
                    "cream",
                    "sand",
                    "black",
                    "white",
                    "grey",
                    "duck-egg blue",
                    "coral",
                    "forest green",
                    "sky blue")));
  }

  /** Up to {@code count} different words; fewer where Datafaker knows no more. */
  private static List<String> distinct(int count, Supplier<String> draw) {
    Set<String> words = new LinkedHashSet<>();
    for (int tries = 0; words.size() < count && tries < 3 * count; tries++) {
      String word = draw.get().strip();
      if (word.length() >= 3 && word.length() <= 48 && word.chars().allMatch(c -> c >= ' ')) {
        words.add(word);
      }
    }
    return List.copyOf(words);
  }
}
