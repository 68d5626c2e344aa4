package dev.forebay.redis.spi;

/** A hash of text that is the same in every process and release, unlike seeded ones. */
public final class StableHash {

  private StableHash() {}

  /** Returns 64 well-mixed bits: FNV-1a over the characters, then the finalizer of SplitMix64. */
  public static long of(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
