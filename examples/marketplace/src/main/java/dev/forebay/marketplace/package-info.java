/** A local-trading marketplace: Spring Boot, PostgreSQL, and Forebay between them. */
@NullMarked
package dev.forebay.marketplace;

import org.jspecify.annotations.NullMarked;
