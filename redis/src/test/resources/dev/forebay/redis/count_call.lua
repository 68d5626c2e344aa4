-- count_call: counts calls in a window that begins with the first.
-- KEYS[1] string   the count
-- ARGV[1] the window in ms
-- Returns the count as text. A replay counts again.
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return tostring(count)
