-- release: gives a place back.
-- KEYS[1] zset   who has a place -> until when, ms since epoch
-- ARGV[1] who gives it back
-- Returns 'RELEASED' | 'GONE' if the time was over. A replay answers GONE.
return redis.call('ZREM', KEYS[1], ARGV[1]) == 1 and 'RELEASED' or 'GONE'
