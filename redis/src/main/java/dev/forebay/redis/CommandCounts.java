package dev.forebay.redis;

import java.util.concurrent.atomic.LongAdder;

/** Counts commands that failed, by kind. */
final class CommandCounts {

  final LongAdder timeouts = new LongAdder();
  final LongAdder rejections = new LongAdder();
  final LongAdder errors = new LongAdder();
}
