/** What pages and API share: how requests are read, measured and refused. */
@NullMarked
package dev.forebay.marketplace.web;

import org.jspecify.annotations.NullMarked;
