/** The market for people: HTML by Thymeleaf. Each page is one controller, and one record that says what it shows. */
@NullMarked
package dev.forebay.marketplace.pages;

import org.jspecify.annotations.NullMarked;
