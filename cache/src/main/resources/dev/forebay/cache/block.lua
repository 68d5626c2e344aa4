-- block: deletes an entry, and keeps loads from being stored until the block ends: by invalidate or fill with its token, or in time.
-- KEYS[1] string   the entry
-- KEYS[2] hash   its lease: token -> who may fill, '!' for nobody; token of each block -> until when, ms since epoch
-- ARGV[1] token of the caller, begins with '!' and goes on   ARGV[2] time the block lasts at most, ms
-- ARGV[3] what the channels of instances begin with
-- Returns how many entries there were, 0 or 1, as text. While another block lasts, none of them may fill. A replay blocks again.
local entry, lease = KEYS[1], KEYS[2]
local token, millis, channels = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last, filler = now + millis, token
local existed = redis.call('UNLINK', entry)
local fields = redis.pcall('HGETALL', lease)
if fields.err then
  if not fields.err:find('WRONGTYPE') then return fields end
  redis.call('DEL', lease) -- of another type: no lease, and nobody would end it
  fields = {}
end
for i = 1, #fields, 2 do
  local field, ends = fields[i], tonumber(fields[i + 1])
  if string.sub(field, 1, 1) ~= '!' then
    if field ~= 'token' then redis.pcall('PUBLISH', channels .. field, entry) end
    redis.call('HDEL', lease, field)
  elseif field ~= token and ends > now then
    filler = '!'
    last = math.max(last, ends)
  else
    redis.call('HDEL', lease, field)
  end
end
redis.call('HSET', lease, 'token', filler, token, string.format('%.0f', now + millis))
redis.call('PEXPIRE', lease, string.format('%.0f', last - now))
return tostring(existed)
