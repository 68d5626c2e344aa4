package dev.forebay.limits;

import java.nio.charset.StandardCharsets;

/** A rule and what the script is told of it, which is the same for every check. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EncodedRule(Rule rule, byte[] text) {

  static EncodedRule of(Rule rule) {
    return new EncodedRule(rule, rule.text().getBytes(StandardCharsets.US_ASCII));
  }
}
