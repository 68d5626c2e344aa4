package dev.forebay.marketplace.catalog;

/** A village or quarter where things change hands. */
public record Place(int id, String slug, String name, String region) {}
