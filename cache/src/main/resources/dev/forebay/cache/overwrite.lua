-- overwrite: stores an entry over whatever there is, or deletes it while a block lasts; a load under way is not stored after it.
-- KEYS[1] string   the entry
-- KEYS[2] hash   its lease, as block and take_lease write it
-- ARGV[1] the entry's bytes   ARGV[2] its time to live, ms   ARGV[3] what the channels of instances begin with
-- Returns 'OK' | 'BLOCKED'. A replay stores again, over what others stored meanwhile: the connection never sends it twice.
local entry, lease = KEYS[1], KEYS[2]
local bytes, millis, channels = ARGV[1], ARGV[2], ARGV[3]
local fields = redis.pcall('HGETALL', lease)
if fields.err then
  if not fields.err:find('WRONGTYPE') then return fields end
  redis.call('DEL', lease) -- of another type: no lease, and nobody would end it
  fields = {}
end
local waiters = {}
if #fields > 0 then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  for i = 1, #fields, 2 do
    local field = fields[i]
    if string.sub(field, 1, 1) ~= '!' then
      if field ~= 'token' then table.insert(waiters, field) end
    elseif tonumber(fields[i + 1]) > now then
      -- Who blocks may die after its commit, and these bytes may be from before it.
      redis.call('UNLINK', entry)
      redis.call('HSET', lease, 'token', '!')
      return 'BLOCKED'
    end
  end
end
redis.call('SET', entry, bytes, 'PX', millis)
for _, waiter in ipairs(waiters) do redis.pcall('PUBLISH', channels .. waiter, entry) end
if #fields > 0 then redis.call('DEL', lease) end
return 'OK'
