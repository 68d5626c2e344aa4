-- read_statistics: reads the sums of all instances.
-- KEYS[1] hash   as add_statistics writes it
-- KEYS[2] zset   instance -> until when it counts as alive, ms
-- ARGV[1] now, ms since epoch; '' for the server's time
-- Returns the number of instances alive, the reads of the last minute as text, then all fields of the hash and their values in turns.
--         A replay reads again and changes nothing.
local counts, alive, now = KEYS[1], KEYS[2], tonumber(ARGV[1])
local span, spans = 5000, 12
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
now = math.max(now, tonumber(redis.call('HGET', counts, '@now') or 0))
local fields = redis.call('HGETALL', counts)
local reads = 0
for i = 1, #fields, 2 do
  if fields[i]:sub(1, 7) == '@minute' then
    local number, so_far = fields[i + 1]:match('^(%d+) (%d+)$')
    if tonumber(number) > math.floor(now / span) - spans then reads = reads + tonumber(so_far) end
  end
end
table.insert(fields, 1, string.format('%.0f', reads))
table.insert(fields, 1, redis.call('ZCOUNT', alive, '(' .. string.format('%.0f', now), '+inf'))
return fields
