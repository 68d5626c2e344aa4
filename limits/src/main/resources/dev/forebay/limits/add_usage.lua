-- add_usage: adds what an instance counted since its last flush to the sums of all instances, once.
-- KEYS[1] hash   name, escaped -> sum, 250 at most, the rest as 'other'; and %hour, which no escaped name is: when denials were
--                halved last
-- KEYS[2] zset   subject, escaped -> how often it was denied, halved each hour; the 1,000 who were most
-- KEYS[3] string a HyperLogLog of the subjects: a byte for each register
-- KEYS[4] string the number of the last flush of this instance; kept for an hour
-- ARGV[1] number of the flush, from 1 on, the same if it is sent again   ARGV[2] now, ms since epoch; '' for the server's time
-- ARGV[3] how many registers there are   ARGV[4] registers that rose, each as 2 bytes for its place and 1 for its value
-- ARGV[5] how many names follow
-- ARGV[6..n] names and amounts in turns, then subjects and how often they were denied in turns
-- Returns 'ADDED' | 'REPLAY' | 'FORGOTTEN' for a later flush of an instance that is not known: it may have been added, so it is not.
--         A replay answers REPLAY and adds nothing.
local sums, offenders, subjects, last_flush = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local flush, now, size, risen, names = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local hour, week, most_names, most_offenders = 3600000, 604800000, 250, 1000
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local last = tonumber(redis.call('GET', last_flush))
redis.call('SET', last_flush, math.max(flush, last or 0), 'PX', hour)
if last and last >= flush then return 'REPLAY' end
if not last and flush > 1 then return 'FORGOTTEN' end

local this_hour = math.floor(now / hour)
local gone = this_hour - tonumber(redis.call('HGET', sums, '%hour') or this_hour)
redis.call('HSET', sums, '%hour', string.format('%.0f', this_hour))
if gone > 0 then
  redis.call('ZUNIONSTORE', offenders, 1, offenders, 'WEIGHTS', string.format('%.10f', 0.5 ^ math.min(gone, 20)))
  redis.call('ZREMRANGEBYSCORE', offenders, '-inf', '(1')
end

local place = 6
for _ = 1, names do
  local name = ARGV[place]
  if redis.call('HEXISTS', sums, name) == 0 and redis.call('HLEN', sums) >= most_names then name = 'other' end
  redis.call('HINCRBY', sums, name, ARGV[place + 1])
  place = place + 2
end
while place < #ARGV do
  redis.call('ZINCRBY', offenders, ARGV[place + 1], ARGV[place])
  place = place + 2
end
redis.call('ZREMRANGEBYRANK', offenders, 0, -most_offenders - 1)

if #risen > 0 then
  local registers = redis.call('GET', subjects) or ''
  if #registers < size then redis.call('SETRANGE', subjects, size - 1, '\0') end
  for i = 1, #risen, 3 do
    local register = risen:byte(i) * 256 + risen:byte(i + 1)
    if risen:byte(i + 2) > (registers:byte(register + 1) or 0) then
      redis.call('SETRANGE', subjects, register, risen:sub(i + 2, i + 2))
    end
  end
end
for _, key in ipairs({sums, offenders, subjects}) do redis.call('PEXPIRE', key, week) end
return 'ADDED'
