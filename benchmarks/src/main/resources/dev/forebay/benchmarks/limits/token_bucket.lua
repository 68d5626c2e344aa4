-- token_bucket: takes tokens from a bucket that fills steadily, or none.
-- KEYS[1] tokens     string  tokens left, a fraction
-- KEYS[2] timestamp  string  when that was so, seconds since epoch with a fraction
-- ARGV[1] tokens a second   ARGV[2] capacity   ARGV[3] tokens asked for
-- Returns {1 or 0, tokens left}. A replay takes tokens again.
local tokens_key, timestamp_key = KEYS[1], KEYS[2]
local rate, capacity, asked = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local left = tonumber(redis.call('GET', tokens_key) or capacity)
local last = tonumber(redis.call('GET', timestamp_key) or now)
left = math.min(capacity, left + math.max(0, now - last) * rate)
local allowed = left >= asked
if allowed then left = left - asked end
local ttl = math.ceil(2 * capacity / rate)
redis.call('SETEX', tokens_key, ttl, string.format('%.9f', left))
redis.call('SETEX', timestamp_key, ttl, string.format('%.6f', now))
return { allowed and 1 or 0, math.floor(left) }
