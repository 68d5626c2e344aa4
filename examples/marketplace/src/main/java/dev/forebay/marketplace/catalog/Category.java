package dev.forebay.marketplace.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A category, or a kind within one.
 *
 * @param parentId the category of a kind; absent for a category
 * @param icon the name of its drawing
 * @param hue the colour of its pictures, 0 to 359 degrees
 */
public record Category(
    int id, @Nullable Integer parentId, String slug, String name, String icon, int hue) {}
