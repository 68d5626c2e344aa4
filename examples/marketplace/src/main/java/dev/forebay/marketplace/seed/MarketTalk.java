package dev.forebay.marketplace.seed;

import dev.forebay.marketplace.seed.Catalogue.Kind;
import java.util.List;
import java.util.Map;

/** Writes titles, descriptions, questions and comments as people on a local market do. */
final class MarketTalk {

  static final List<String> CONDITIONS =
      List.of("new", "like-new", "good", "good", "good", "fair", "fair", "for-parts");

  private static final Map<String, List<String>> STATES = Map.of(
      "new",
          List.of(
              "New and unused.",
              "Never taken out of its wrapping.",
              "Unused, bought by mistake.",
              "Brand new; the label is still on."),
      "like-new",
          List.of(
              "As good as new.",
              "Used a handful of times.",
              "You would have to look hard to see any wear.",
              "Hardly touched."),
      "good",
          List.of(
              "Used but well looked after.",
              "In good order.",
              "Normal signs of use, nothing that matters.",
              "Everything works as it should.",
              "Clean and ready to use."),
      "fair",
          List.of(
              "Has seen some life, and it shows.",
              "Worn but sound.",
              "Scratches and marks, see the photos.",
              "Not pretty, still useful."),
      "for-parts",
          List.of(
              "For parts or for somebody handy.",
              "Does not work at the moment.",
              "A repair job: priced for that.",
              "Incomplete, take it for the spares."));

  private static final List<String> REASONS = List.of(
      "We are moving to a smaller flat.",
      "Clearing the attic.",
      "I have not used it for a year.",
      "It was a present; I already had one.",
      "Making room for a workbench.",
      "Our plans changed.",
      "I took up another hobby.",
      "From my aunt's house.",
      "Bought a newer one.",
      "It needs somebody who uses it.",
      "I am cutting down on things.",
      "It has been standing in the hall long enough.",
      "Sold on behalf of a neighbour.",
      "The children have grown.",
      "I work from home now.",
      "My doctor says no more of this.");

  private static final List<String> HANDOVERS = List.of(
      "Collect in {place}.",
      "Pick-up in {place}, evenings are best.",
      "I can drop it off anywhere in {region}.",
      "Can meet at the tram stop in {place}.",
      "Collection only, second floor.",
      "Happy to deliver by bike within {place}.",
      "Come by at the weekend.",
      "Swaps are welcome too.",
      "First come, first served.",
      "I can hold it for a week.",
      "Message me for more photos.",
      "The price leaves a little room.",
      "No time-wasters, but questions are fine.",
      "I will throw in a jar of jam.");

  private static final List<String> QUESTIONS = List.of(
      "Is this still available?",
      "Could you tell me the measurements?",
      "Would you take {price} credits for it?",
      "Where in {place} could I collect it?",
      "How old is it, roughly?",
      "Does it come from a smoke-free home?",
      "Can you hold it until Saturday?",
      "Is there any damage that the photos do not show?",
      "Would you swap?",
      "Could you post it, if I pay for that?",
      "Is the original receipt there?",
      "Do you have a second one?",
      "Would it fit in a small car?",
      "What is the lowest you would go?");

  private static final List<String> ANSWERS = List.of(
      "Yes, it is.",
      "I will measure tonight and tell you.",
      "I would rather stay at the price for now.",
      "Near the market square; I will send you the address.",
      "About four years, I would say.",
      "Yes, no smoke and no pets.",
      "Until Saturday is fine.",
      "Nothing beyond what is described.",
      "What have you got?",
      "Collection only, sorry.",
      "I am afraid the receipt is lost.",
      "Only this one.",
      "With the seats folded down, yes.",
      "Make me an offer when you have seen it.");

  private static final Map<Integer, List<String>> COMMENTS = Map.of(
      5,
          List.of(
              "Exactly as described.",
              "Friendly and on time.",
              "A pleasure; would trade again.",
              "Even helped me to carry it down.",
              "Better than I had hoped.",
              "Quick replies, honest description.",
              "Lovely person, lovely thing.",
              "Everything went smoothly."),
      4,
          List.of(
              "All fine, came a bit late.",
              "Good trade.",
              "As described, only a little dusty.",
              "Friendly, thank you.",
              "Took some days to arrange, then easy."),
      3,
          List.of(
              "More worn than I thought.",
              "All right in the end.",
              "Had to ask twice for the address.",
              "One part was missing, we agreed on a lower price."),
      2,
          List.of(
              "Not quite as described.", "An hour late and no message.", "Did not work at first."),
      1, List.of("Did not turn up.", "Broken, and would not take it back."));

  private static final List<String> ABOUTS = List.of(
      "I mend bicycles on Sundays and pass on what I do not need.",
      "Mostly children's things, washed and sorted.",
      "Allotment keeper with too many seedlings.",
      "Downsizing after thirty years in the same house.",
      "I restore furniture in a shed by the canal.",
      "Student; everything must fit on a cargo bike.",
      "Bookshelves are full. Help yourself.",
      "Father of three; the cellar is a warehouse.",
      "Retired joiner. Ask me about planes.",
      "I like things that last.",
      "Small repairs in exchange for vegetables.",
      "Musician, always one instrument too many.",
      "New in town and furnishing a flat.",
      "Collector of lamps, reluctantly selling some.",
      "If it can be fixed I have probably tried.",
      "Quick to answer in the evenings.");

  private final Pools pools;
  private final Dice dice;

  MarketTalk(Pools pools, Dice dice) {
    this.pools = pools;
    this.dice = dice;
  }

  /** Up to 120 characters, beginning with a capital. */
  String title(Kind kind) {
    String title = dice.one(kind.titles()).replace("{thing}", dice.one(kind.things()));
    if (title.contains("{maker}")) {
      title = title.replace("{maker}", dice.one(kind.makers()));
    }
    while (title.contains("{trait}")) {
      title = replaceFirst(title, "{trait}", dice.one(kind.traits()));
    }
    title = fill(title);
    title = Character.toUpperCase(title.charAt(0)) + title.substring(1);
    return title.length() <= 120 ? title : title.substring(0, 120);
  }

  String description(Kind kind, String condition, Catalogue.Place place) {
    StringBuilder text = new StringBuilder(240).append(dice.one(states(condition)));
    if (!condition.equals("new")
        && !condition.equals("for-parts")) { // the notes tell of use, and of working order
      String note = dice.one(kind.notes());
      String another = dice.one(kind.notes());
      text.append(' ').append(fill(note));
      if (!another.equals(note) && dice.chance(40)) {
        text.append(' ').append(fill(another));
      }
    }
    if (dice.chance(60)) {
      text.append(' ').append(dice.one(REASONS));
    }
    return text.append(' ')
        .append(dice.one(HANDOVERS)
            .replace("{place}", place.name())
            .replace("{region}", place.region()))
        .toString();
  }

  String question(int price, Catalogue.Place place) {
    return dice.one(QUESTIONS)
        .replace("{price}", Integer.toString(Math.max(1, price * dice.between(60, 90) / 100)))
        .replace("{place}", place.name());
  }

  String answer() {
    return dice.one(ANSWERS);
  }

  String comment(int stars) {
    return dice.one(COMMENTS.getOrDefault(stars, List.of("")));
  }

  String about() {
    return dice.one(ABOUTS);
  }

  private static List<String> states(String condition) {
    return STATES.getOrDefault(condition, List.of(""));
  }

  private String fill(String text) {
    String filled = text;
    for (int open = filled.indexOf('{'); open >= 0; open = filled.indexOf('{', open + 1)) {
      int close = filled.indexOf('}', open);
      List<String> pool = pools.words().getOrDefault(filled.substring(open + 1, close), List.of());
      filled = filled.substring(0, open) + dice.one(pool) + filled.substring(close + 1);
    }
    return filled;
  }

  private static String replaceFirst(String text, String part, String by) {
    int at = text.indexOf(part);
    return text.substring(0, at) + by + text.substring(at + part.length());
  }
}
