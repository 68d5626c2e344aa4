package dev.forebay.redis;

import dev.forebay.redis.CodecException.Reason;
import org.jspecify.annotations.Nullable;

/** The keys of a ring, derived for the envelopes of one purpose. Safe for concurrent use. */
final class EnvelopeKeys {

  /** Keeps these keys apart from those that other parts derive from the same ring. */
  private static final String DOMAIN = "forebay envelope 1:";

  private final KeyRing ring;
  private final @Nullable Xaes256Gcm[] byId = new Xaes256Gcm[256];
  private final Xaes256Gcm writing;

  EnvelopeKeys(KeyRing ring, String purpose) {
    this.ring = ring;
    ring.ids().forEach(id -> byId[id] = new Xaes256Gcm(ring.derive(id, DOMAIN + purpose)));
    this.writing = of(ring.writingId());
  }

  int writingId() {
    return ring.writingId();
  }

  Xaes256Gcm writing() {
    return writing;
  }

  /**
   * @throws CodecException if the ring has no such key
   */
  Xaes256Gcm of(int id) {
    Xaes256Gcm key = byId[id];
    if (key == null) {
      throw new CodecException(
          Reason.UNKNOWN_KEY,
          "A value is encrypted with key " + id + "; here are only " + ring.ids() + ". Add that key"
              + " to " + KeyRing.SETTING + " until what it wrote has expired.",
          null);
    }
    return key;
  }
}
