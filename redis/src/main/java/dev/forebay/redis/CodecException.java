package dev.forebay.redis;

import org.jspecify.annotations.Nullable;

/** Bytes could not be read as a value, or a value could not be written as bytes. */
public final class CodecException extends ForebayException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /**
   * The failure of a codec, with {@link Reason#VALUE}.
   *
   * @param message what could not be read or written as which type; never the value itself
   * @param cause the failure of the library underneath, or null
   */
  public CodecException(String message, @Nullable Throwable cause) {
    this(Reason.VALUE, message, cause);
  }

  /**
   * @param message what could not be read or written as which type; never the value itself
   * @param cause the failure of the library underneath, or null
   */
  public CodecException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns why, for callers that treat some reasons differently. */
  public Reason reason() {
    return reason;
  }

  /** Why a value could not be read or written. */
  public enum Reason {
    /** The codec cannot write this value, or cannot read these undamaged bytes as its type. */
    VALUE,
    /**
     * The bytes are not what Forebay wrote for this key: damaged, cut short, of another program,
     * copied from another key, tampered with, or unencrypted where encryption is required. They are
     * of no use to anybody.
     */
    CORRUPT,
    /**
     * The value is encrypted by a key that is not in the key ring here. Instances that have the key
     * still read it, so it should not be deleted.
     */
    UNKNOWN_KEY,
    /**
     * The value is in a format that only a newer release knows. Instances of that release still
     * read it, so it should not be deleted.
     */
    NEWER_RELEASE,
    /** The value was written by another codec than the one that reads it. */
    OTHER_CODEC
  }
}
