package dev.forebay.benchmarks.cache;

import static dev.forebay.benchmarks.cache.BytesActs.GET_BYTES;
import static dev.forebay.benchmarks.cache.BytesActs.SCRIPT;
import static dev.forebay.benchmarks.cache.ListingActs.GET;

import dev.forebay.benchmarks.Callers;
import dev.forebay.benchmarks.Case;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Suite;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The hits of the cache once more, from several instances of an application at once. */
public final class ScaleSuite implements Suite {

  private static final Callers CALLERS = Callers.platform(32);
  private static final Set<String> CONTESTANTS = Set.of(
      "forebay",
      "forebay floor",
      "lettuce sync",
      "lettuce + jackson",
      "spring",
      "jetcache (json)",
      "redisson RBucket (json)");

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public String question() {
    return "What do one, two and four instances reach together on one Redis? Where they all share"
        + " the processors of one machine, look at the CPU of Redis for an operation: what it"
        + " falls by is room for more instances.";
  }

  @Override
  public List<Case> cases() {
    return IntStream.of(1, 2, 4)
        .boxed()
        .flatMap(instances ->
            Stream.of(bytes(instances, 10_000), script(instances, 10_000), hits(instances, 10_000)))
        .toList();
  }

  @Override
  public List<Case> quickCases() {
    return List.of(bytes(2, 500), script(2, 500), hits(2, 500));
  }

  private static Case bytes(int instances, int entries) {
    return Case.of(GET_BYTES, "500 bytes fetched by several instances", CALLERS, entries)
        .instances(instances);
  }

  private static Case script(int instances, int entries) {
    return Case.of(SCRIPT, "a script that reads, run by several instances", CALLERS, entries)
        .instances(instances);
  }

  private static Case hits(int instances, int entries) {
    return Case.of(GET, "remote hits, decoded, by several instances", CALLERS, entries)
        .instances(instances);
  }

  @Override
  public List<Contestant> contestants() {
    return new CacheSuite()
        .contestants().stream()
            .filter(contestant -> CONTESTANTS.contains(contestant.name()))
            .toList();
  }
}
