-- count_by_number: counts how often a call was carried out.
-- KEYS[1] hash   number of a call -> how often it was carried out
-- ARGV[1] the number of the call
-- Returns how often it was carried out, this time included. A replay counts again.
return tostring(redis.call('HINCRBY', KEYS[1], ARGV[1], 1))
