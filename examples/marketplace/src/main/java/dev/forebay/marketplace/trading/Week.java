package dev.forebay.marketplace.trading;

import java.time.LocalDate;

/** The trades of one week, Monday to Sunday. */
public record Week(LocalDate monday, long trades) {}
