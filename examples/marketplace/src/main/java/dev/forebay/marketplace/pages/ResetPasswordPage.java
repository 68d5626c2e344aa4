package dev.forebay.marketplace.pages;

/**
 * What the page shows to which a link leads.
 *
 * @param usable whether the link works
 */
public record ResetPasswordPage(String token, boolean usable, FormProblem problem) {}
