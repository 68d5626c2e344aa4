-- add_to_counter: adds to a counter, and gives it a time to live when it is new.
-- KEYS[1] string   the counter, a signed 64-bit integer
-- ARGV[1] what to add, a signed 64-bit integer   ARGV[2] time to live in ms, a whole number >= 1
-- Returns the sum as text, as a Lua number would round it beyond 2^53. Not safe to replay: the connection never sends it twice.
local counter, amount, ttl = KEYS[1], ARGV[1], ARGV[2]
redis.call('INCRBY', counter, amount)
if redis.call('PTTL', counter) == -1 then
  redis.call('PEXPIRE', counter, ttl)
end
return redis.call('GET', counter)
