package dev.forebay.limits;

/**
 * Estimates how many different subjects there were, in one byte for each register. Safe for
 * concurrent use, without locks: a race may lose a subject, which the estimate does not notice.
 *
 * <p>P. Flajolet, É. Fusy, O. Gandouet, F. Meunier: HyperLogLog, the analysis of a near-optimal
 * cardinality estimation algorithm, AofA 2007; with linear counting while many registers are empty.
 * The standard error is 1.04 / √registers.
 */
final class HyperLogLog {

  private final byte[] registers;
  private final int bits;

  /** @param registers a power of two, from 128 to 65,536 */
  HyperLogLog(int registers) {
    this.registers = new byte[registers];
    this.bits = Integer.numberOfTrailingZeros(registers);
  }

  /** @param hash of a subject, well mixed */
  void add(long hash) {
    int register = (int) (hash >>> (Long.SIZE - bits));
    // The bit behind the hash ends the count of zeros where it has none but zeros.
    long rest = (hash << bits) | (1L << (bits - 1));
    byte rank = (byte) (Long.numberOfLeadingZeros(rest) + 1);
    if (rank > registers[register]) {
      registers[register] = rank;
    }
  }

  /** Returns a copy of the registers. */
  byte[] registers() {
    return registers.clone();
  }

  long estimate() {
    return estimate(registers);
  }

  /** @param registers as many as a power of two, or none */
  static long estimate(byte[] registers) {
    double sum = 0;
    int empty = 0;
    for (byte register : registers) {
      sum += 1.0 / (1L << register);
      empty += register == 0 ? 1 : 0;
    }
    int size = registers.length;
    if (empty == size) {
      return 0;
    }
    double raw = 0.7213 / (1 + 1.079 / size) * size * size / sum;
    return Math.round(
        raw <= 2.5 * size && empty > 0 ? size * Math.log((double) size / empty) : raw);
  }
}
