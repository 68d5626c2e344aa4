/** Filters for Jakarta Servlet 6.1. */
@NullMarked
package dev.forebay.servlet;

import org.jspecify.annotations.NullMarked;
