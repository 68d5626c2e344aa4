-- set_switch: sets the mode of a cache, under a revision later than all before. The hash holds a field for each cache and does not expire.
-- KEYS[1] hash   cache -> "<revision> <mode>"
-- ARGV[1] cache   ARGV[2] mode
-- Returns the revision as text: the time of the server in microseconds, or one more than the one before. A replay sets the same mode under a later revision.
local switches, cache, mode = KEYS[1], ARGV[1], ARGV[2]
local time = redis.call('TIME')
local revision = time[1] * 1000000 + time[2]
local before = redis.call('HGET', switches, cache)
local last = tonumber(before and before:match('^(%d+) '))
if last and last < 2^53 - 1 then revision = math.max(revision, last + 1) end -- else it is damaged
local text = string.format('%.0f', revision)
redis.call('HSET', switches, cache, text .. ' ' .. mode)
return text
