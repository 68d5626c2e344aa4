package dev.forebay.marketplace.catalog;

import java.util.List;
import java.util.Optional;

/** Every place there is, in the order of menus. */
public record Places(List<Place> all) {

  public Place byId(int id) {
    return all.stream()
        .filter(place -> place.id() == id)
        .findFirst()
        .orElse(new Place(id, "elsewhere", "Elsewhere", ""));
  }

  public Optional<Place> bySlug(String slug) {
    return all.stream().filter(place -> place.slug().equals(slug)).findFirst();
  }

  public List<String> regions() {
    return all.stream().map(Place::region).distinct().toList();
  }

  public List<Place> in(String region) {
    return all.stream().filter(place -> place.region().equals(region)).toList();
  }
}
