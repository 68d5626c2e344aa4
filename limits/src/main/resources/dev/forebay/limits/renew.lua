-- renew: keeps a place for longer.
-- KEYS[1] zset   who has a place -> until when, ms since epoch
-- ARGV[1] now, ms since epoch; '' for the server's time   ARGV[2] who   ARGV[3] for how long from now, ms
-- Returns 'RENEWED' | 'GONE' if the time was over. A replay renews again.
local holders, who, time = KEYS[1], ARGV[2], tonumber(ARGV[3])
local now = tonumber(ARGV[1])
local spare = now and 3600000 or 0
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end
local ends = tonumber(redis.call('ZSCORE', holders, who) or 0)
if ends <= now then return 'GONE' end
redis.call('ZADD', holders, math.max(ends, now + time), who)
local last = redis.call('ZRANGE', holders, -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', holders, last - now + spare)
return 'RENEWED'
