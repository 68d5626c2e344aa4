/** Items, their categories and places: found, read and changed. */
@NullMarked
package dev.forebay.marketplace.catalog;

import org.jspecify.annotations.NullMarked;
