-- add_statistics: adds what an instance counted since its last flush to the sums of all instances, once, and notes that it is alive.
-- KEYS[1] hash   name -> sum, and: @now the latest time, ms; @since the first flush, ms; @instances how many there ever were;
--                @minute0..@minute15 "<number of a time of 5 s> <reads in it>"
-- KEYS[2] zset   instance -> until when it counts as alive, ms
-- KEYS[3] hash   instance -> number of its last flush; kept for an hour after it was alive
-- ARGV[1] instance   ARGV[2] number of the flush, from 1 on, the same if it is sent again   ARGV[3] now, ms since epoch; '' for the server's time
-- ARGV[4] for how long it is alive, ms   ARGV[5] reads among what is added
-- ARGV[6..n] names and amounts in turns
-- Returns 'ADDED' | 'REPLAY' | 'FORGOTTEN' for a later flush of an instance that is not known: it may have been added, so it is not.
--         A replay answers REPLAY and adds nothing.
local counts, alive, flushes = KEYS[1], KEYS[2], KEYS[3]
local instance, flush, now, alive_for, reads = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local hour, week, span, spans = 3600000, 604800000, 5000, 16
local function text(number) return string.format('%.0f', number) end

if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
now = math.max(now, tonumber(redis.call('HGET', counts, '@now') or 0))
redis.call('HSET', counts, '@now', text(now))
redis.call('HSETNX', counts, '@since', text(now))
redis.call('ZADD', alive, text(now + alive_for), instance)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', alive, '-inf', text(now - hour), 'LIMIT', 0, 100)) do
  redis.call('ZREM', alive, gone)
  redis.call('HDEL', flushes, gone)
end

local last = tonumber(redis.call('HGET', flushes, instance))
redis.call('HSET', flushes, instance, text(math.max(flush, last or 0)))
redis.call('PEXPIRE', counts, week)
redis.call('PEXPIRE', alive, week)
redis.call('PEXPIRE', flushes, week)
if last and last >= flush then return 'REPLAY' end
if not last then redis.call('HINCRBY', counts, '@instances', 1) end
if not last and flush > 1 then return 'FORGOTTEN' end

for i = 6, #ARGV, 2 do redis.call('HINCRBY', counts, ARGV[i], ARGV[i + 1]) end
local number = math.floor(now / span)
local field = '@minute' .. number % spans
local before = redis.call('HGET', counts, field)
if before then
  local of, so_far = before:match('^(%d+) (%d+)$')
  if tonumber(of) == number then reads = reads + tonumber(so_far) end
end
redis.call('HSET', counts, field, text(number) .. ' ' .. text(reads))
return 'ADDED'
