-- beat: notes that an instance is alive, or no longer, and tells what it may have missed.
-- KEYS[1] hash   as announce writes it
-- KEYS[2] stream as tell_return writes it
-- KEYS[3] zset   instance -> until when it counts as alive, ms since epoch
-- ARGV[1] instance   ARGV[2] for how long it is alive, ms; 0 if it goes   ARGV[3] now, ms since epoch; '' for the server's time
-- Returns the number of the latest change, and that of the latest return of permits, '0' if there was none, and how many
--         instances are alive. A replay answers the same.
local version, returns, alive = KEYS[1], KEYS[2], KEYS[3]
local instance, alive_for, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
redis.call('ZREMRANGEBYSCORE', alive, '-inf', string.format('%.0f', now))
if alive_for > 0 then
  redis.call('ZADD', alive, string.format('%.0f', now + alive_for), instance)
  redis.call('PEXPIRE', alive, 3600000)
else
  redis.call('ZREM', alive, instance)
end
local last = redis.call('XREVRANGE', returns, '+', '-', 'COUNT', 1)[1]
return {
  redis.call('HGET', version, 'number') or '0',
  last and last[1]:match('^%d+') or '0',
  redis.call('ZCARD', alive)
}
