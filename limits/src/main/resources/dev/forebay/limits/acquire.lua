-- acquire: takes one of a number of places for a time, if one is free.
-- KEYS[1] zset   who has a place -> until when, ms since epoch
-- ARGV[1] now, ms since epoch; '' for the server's time   ARGV[2] who asks, a new name each time
-- ARGV[3] places   ARGV[4] for how long, ms
-- Returns 0 if a place was taken, else ms until the first is free if nobody gives one back. A replay answers 0.
local holders, who, places, time = KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local now = tonumber(ARGV[1])
-- A clock that tests step may stand still while keys expire by the server's.
local spare = now and 3600000 or 0
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end
redis.call('ZREMRANGEBYSCORE', holders, '-inf', now)
if not redis.call('ZSCORE', holders, who) and redis.call('ZCARD', holders) >= places then
  return math.max(1, redis.call('ZRANGE', holders, 0, 0, 'WITHSCORES')[2] - now)
end
redis.call('ZADD', holders, now + time, who)
local last = redis.call('ZRANGE', holders, -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', holders, last - now + spare)
return 0
