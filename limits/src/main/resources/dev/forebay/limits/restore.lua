-- restore: puts back a part of the limits and lists that Redis has lost. What is there already is of later, and stays.
-- KEYS[1] hash   as announce writes it
-- KEYS[2] hash   limiter -> "<permits> <window in ms>"
-- KEYS[3] zset   subject, escaped -> until when it is blocked, ms since epoch; -1 if it is allowed. 100,000 at most.
-- ARGV[1] the number of the latest change that the caller has read   ARGV[2] channel
-- ARGV[3] 'PART', or 'LAST' if all others were answered
-- ARGV[4] how many limits follow
-- ARGV[5..n] limiters and limits in turns, then subjects and the ms that are left of their blocks, -1 if allowed, in turns
-- Publishes "S <generation> <number of the change before> <number> RESTORED - -" with the last part.
-- Returns 'TAKEN', or 'CHANGED' if there is a later number: then nothing was put back.
--         A replay of a part changes nothing; one of the last part answers CHANGED.
local version, rules, listed = KEYS[1], KEYS[2], KEYS[3]
local seen, channel, part, limits = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local most = 100000
local before = redis.call('HGET', version, 'number') or '0'
if before ~= seen then return 'CHANGED' end
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)

local place = 5
for _ = 1, limits do
  redis.call('HSETNX', rules, ARGV[place], ARGV[place + 1])
  place = place + 2
end
local free = most - redis.call('ZCARD', listed)
while place < #ARGV and free > 0 do
  local left = tonumber(ARGV[place + 1])
  free = free - redis.call('ZADD', listed, 'NX', left < 0 and -1 or string.format('%.0f', now + left), ARGV[place])
  place = place + 2
end

if part == 'LAST' then
  local number = string.format('%.0f', math.max(micros, before + 1))
  redis.call('HSETNX', version, 'generation', number)
  redis.call('HSET', version, 'number', number, 'restored', 1)
  local generation = redis.call('HGET', version, 'generation')
  redis.pcall('PUBLISH', channel, table.concat({'S', generation, before, number, 'RESTORED', '-', '-'}, ' '))
end
return 'TAKEN'
