-- take_lease: gives the right to load an entry to one caller of all instances, unless it is there by now.
-- KEYS[1] string   the entry
-- KEYS[2] hash   its lease: token -> who may fill, '!...' while there are blocks; token of each block -> until when, ms since epoch;
--                a field for each instance that waits
-- ARGV[1] token of the caller   ARGV[2] time the lease is good for, ms
-- ARGV[3] the waiting instance, woken when the lease ends   ARGV[4] 'any' if the entry that is there is of no use
-- Returns 'PRESENT' | 'GRANTED' | 'BUSY' | 'BLOCKED' while its source is being changed. A replay of a granted call answers BUSY, and the lease runs out.
local entry, lease = KEYS[1], KEYS[2]
local token, millis, waiter, mode = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if mode ~= 'any' then
  -- A key of another type is no entry, to whoever reads it neither.
  if type(redis.pcall('GET', entry)) == 'string' then return {'PRESENT'} end
end
local holder = redis.pcall('HGET', lease, 'token')
if type(holder) == 'table' then
  if not holder.err:find('WRONGTYPE') then return holder end
  redis.call('DEL', lease) -- of another type: no lease, and nobody would end it
  holder = false
end
if holder and string.sub(holder, 1, 1) ~= '!' then
  redis.call('HSET', lease, waiter, '')
  return {'BUSY'}
end
if holder then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local fields = redis.call('HGETALL', lease)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 1) == '!' and tonumber(fields[i + 1]) > now then return {'BLOCKED'} end
  end
  redis.call('DEL', lease)
end
redis.call('HSET', lease, 'token', token)
redis.call('PEXPIRE', lease, millis)
return {'GRANTED'}
