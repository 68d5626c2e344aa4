-- length_of: the length of a value, about the least that a script can do.
-- KEYS[1] string   any value
-- Returns the length in bytes as text. A replay answers the same.
local value = KEYS[1]
return tostring(redis.call('STRLEN', value))
