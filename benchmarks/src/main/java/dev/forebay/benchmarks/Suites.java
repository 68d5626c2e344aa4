package dev.forebay.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** All suites there are. */
final class Suites {

  private Suites() {}

  /** Returns the suites in the order of their names. */
  static List<Suite> all() {
    return ServiceLoader.load(Suite.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Suite::name))
        .toList();
  }

  static Suite named(String name) {
    return all().stream()
        .filter(suite -> suite.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No suite '" + name + "'; there are "
            + all().stream().map(Suite::name).toList() + ", and 'all'"));
  }
}
