package dev.forebay.marketplace.catalog;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Every category and kind there is, in the order of menus. */
public record Categories(List<Category> all) {

  private static final String ICON_OF_THE_UNKNOWN = "box";

  public Category byId(int id) {
    return all.stream()
        .filter(category -> category.id() == id)
        .findFirst()
        .orElse(new Category(id, null, "other", "Other", ICON_OF_THE_UNKNOWN, 210));
  }

  public Optional<Category> bySlug(String slug) {
    return all.stream().filter(category -> category.slug().equals(slug)).findFirst();
  }

  public List<Category> top() {
    return all.stream().filter(category -> category.parentId() == null).toList();
  }

  /** Returns the kinds of a category; none for a kind. */
  public List<Category> kindsOf(Category category) {
    return all.stream()
        .filter(kind -> Objects.equals(kind.parentId(), category.id()))
        .toList();
  }

  /** Returns the category that a kind belongs to; the category itself for a category. */
  public Category topOf(Category category) {
    Integer parent = category.parentId();
    return parent == null ? category : byId(parent);
  }

  /** Returns the ids whose items belong to {@code category}: its kinds, or the kind itself. */
  List<Integer> idsWithin(Category category) {
    return category.parentId() != null
        ? List.of(category.id())
        : kindsOf(category).stream().map(Category::id).toList();
  }
}
