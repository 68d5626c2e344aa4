package dev.forebay.marketplace.pages;

/**
 * What the page shows where people sign in.
 *
 * @param email as it was typed
 * @param next where to go on
 * @param passwordChanged whether to say so
 */
public record SignInPage(String email, String next, boolean passwordChanged, FormProblem problem) {}
