-- key_and_value: reads a string.
-- KEYS[1] string   what to read
-- Returns the key and its value, or the key and nothing. A replay reads again.
return {KEYS[1], redis.call('GET', KEYS[1])}
