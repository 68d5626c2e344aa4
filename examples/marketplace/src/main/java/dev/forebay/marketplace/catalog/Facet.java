package dev.forebay.marketplace.catalog;

/** The ways in which the items of a search are counted. */
public enum Facet {
  CATEGORY("i.category_id"),
  PLACE("i.place_id"),
  CONDITION("i.condition");

  private final String column;

  Facet(String column) {
    this.column = column;
  }

  String column() {
    return column;
  }

  /** Returns the search without what it says of this facet. */
  Filter widen(Filter filter) {
    return switch (this) {
      case CATEGORY -> filter.inCategory(null);
      case PLACE -> filter.inPlace(null);
      case CONDITION -> filter.inCondition(null);
    };
  }
}
