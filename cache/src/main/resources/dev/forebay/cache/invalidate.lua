-- invalidate: deletes an entry and ends a block; nothing that is being loaded, or written under any block, is stored after it.
-- KEYS[1] string   the entry
-- KEYS[2] hash   its lease, as block and take_lease write it
-- ARGV[1] token of the block that ends, or '' to end none   ARGV[2] what the channels of instances begin with
-- Returns how many entries there were, 0 or 1, as text. Other blocks last. A replay deletes again.
local entry, lease = KEYS[1], KEYS[2]
local ended, channels = ARGV[1], ARGV[2]
local existed = redis.call('UNLINK', entry)
local fields = redis.pcall('HKEYS', lease)
if fields.err then
  if not fields.err:find('WRONGTYPE') then return fields end
  fields = {} -- of another type: no lease, and nobody would end it
end
local blocked = false
for _, field in ipairs(fields) do
  if string.sub(field, 1, 1) == '!' then
    blocked = blocked or field ~= ended
  elseif field ~= 'token' then
    redis.pcall('PUBLISH', channels .. field, entry)
  end
end
if blocked then
  redis.call('HDEL', lease, ended)
  redis.call('HSET', lease, 'token', '!')
else
  redis.call('DEL', lease)
end
return tostring(existed)
