/** The market for programs: JSON over HTTP. */
@NullMarked
package dev.forebay.marketplace.api;

import org.jspecify.annotations.NullMarked;
