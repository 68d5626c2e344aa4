-- append_and_get: appends to a string.
-- KEYS[1] string   what to append to
-- ARGV[1] what to append
-- Returns the key's name, the whole string, nothing, and the number in what was appended. A replay appends again.
local key, text = KEYS[1], ARGV[1]
redis.call('APPEND', key, text)
return {key, redis.call('GET', key), false, tonumber(string.match(text, '%d+'))}
