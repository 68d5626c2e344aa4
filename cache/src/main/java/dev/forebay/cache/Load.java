package dev.forebay.cache;

/** A loader and what it is to load. */
@FunctionalInterface
interface Load<T, E extends Exception> {

  T run() throws E;
}
