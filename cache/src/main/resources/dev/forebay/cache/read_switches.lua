-- read_switches: reads the modes of all caches.
-- KEYS[1] hash   cache -> "<revision> <mode>"; no entry for a cache that was never switched
-- Takes no ARGV.
-- Returns caches and their "<revision> <mode>" in turns. A replay reads again and changes nothing.
return redis.call('HGETALL', KEYS[1])
