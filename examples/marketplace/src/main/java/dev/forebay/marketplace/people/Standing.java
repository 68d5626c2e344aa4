package dev.forebay.marketplace.people;

/**
 * A place on a leaderboard.
 *
 * @param score what the board counts
 */
public record Standing(int rank, long userId, long score) {}
