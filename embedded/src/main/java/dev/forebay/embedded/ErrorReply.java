package dev.forebay.embedded;

/** An error that Redis answered, such as {@code NOAUTH Authentication required.} */
record ErrorReply(String message) {}
