package dev.forebay.benchmarks.cache;

import static dev.forebay.benchmarks.cache.ListingActs.GET;

import dev.forebay.benchmarks.Callers;
import dev.forebay.benchmarks.Case;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Suite;
import java.util.List;
import java.util.Set;

/** The hits of the cache once more, from several instances of an application at once. */
public final class ScaleSuite implements Suite {

  private static final Set<String> CONTESTANTS = Set.of(
      "forebay", "lettuce + jackson", "spring", "jetcache (json)", "redisson RBucket (json)");

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
    return List.of(hits(1, 10_000), hits(2, 10_000), hits(4, 10_000));
  }

  @Override
  public List<Case> quickCases() {
    return List.of(hits(2, 500));
  }

  private static Case hits(int instances, int entries) {
    return Case.of(GET, "remote hits, decoded, by several instances", Callers.platform(32), entries)
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
