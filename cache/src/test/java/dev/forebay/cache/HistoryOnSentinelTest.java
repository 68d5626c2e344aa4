package dev.forebay.cache;

import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;

@RedisTest(Topology.SENTINEL)
class HistoryOnSentinelTest extends HistoryTest {}
