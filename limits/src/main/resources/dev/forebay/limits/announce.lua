-- announce: changes a limit or who is listed, and tells all instances.
-- KEYS[1] hash   'number' of the latest change: the time of the server in µs, later than all before; 'generation': the number
--                of the first, so that instances see when Redis has lost its data; 'restored': 1 if it has what was lost
-- KEYS[2] hash   limiter -> "<permits> <window in ms>", for limits changed at run time
-- KEYS[3] zset   subject, escaped -> until when it is blocked, ms since epoch; -1 if it is allowed. 100,000 at most.
-- ARGV[1] channel
-- ARGV[2] what   ARGV[3] of what   ARGV[4] what else:
--   'RULE' limiter, "<permits> <window>"   'REVERT' limiter, ''
--   'BLOCK' for how long in ms, subject   'ALLOW' | 'UNLIST' '-', subject
-- Publishes "S <generation> <number of the change before> <number> <what> <of what> <what else>".
-- Returns that text, or 'FULL' if there is no place on the list, which then is as it was.
--         A replay makes the same change under a later number; a block then begins anew.
local version, rules, listed = KEYS[1], KEYS[2], KEYS[3]
local channel, what, of, other = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local most = 100000
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)

if what == 'RULE' then
  redis.call('HSET', rules, of, other)
elseif what == 'REVERT' then
  redis.call('HDEL', rules, of)
elseif what == 'UNLIST' then
  redis.call('ZREM', listed, other)
elseif what == 'BLOCK' or what == 'ALLOW' then
  redis.call('ZREMRANGEBYSCORE', listed, 0, now)
  if redis.call('ZCARD', listed) >= most and not redis.call('ZSCORE', listed, other) then return 'FULL' end
  redis.call('ZADD', listed, what == 'ALLOW' and -1 or string.format('%.0f', now + of), other)
end

local before = redis.call('HGET', version, 'number') or '0'
local number = string.format('%.0f', math.max(micros, before + 1))
redis.call('HSETNX', version, 'generation', number)
redis.call('HSET', version, 'number', number)
local generation = redis.call('HGET', version, 'generation')
local message = table.concat({'S', generation, before, number, what, of, other}, ' ')
-- Whoever may not publish is heard of all the same, within a second, by the number.
redis.pcall('PUBLISH', channel, message)
return message
