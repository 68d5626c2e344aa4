-- replace: stores an entry in place of the one that was read, unless that has changed.
-- KEYS[1] string   the entry
-- ARGV[1] the bytes that were read   ARGV[2] the bytes in their place   ARGV[3] their time to live, ms
-- Returns 'REPLACED' | 'CHANGED'. A replay answers CHANGED and changes nothing, unless the bytes are the same.
local entry = KEYS[1]
local read, bytes, millis = ARGV[1], ARGV[2], ARGV[3]
if redis.pcall('GET', entry) ~= read then return 'CHANGED' end
redis.call('SET', entry, bytes, 'PX', millis)
return 'REPLACED'
