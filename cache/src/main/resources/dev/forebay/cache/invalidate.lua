-- invalidate: deletes an entry; a load under way is not stored after it.
-- KEYS[1] string   the entry
-- KEYS[2] hash   its lease
-- ARGV[1] what the channels of instances begin with
-- Returns how many entries there were, 0 or 1, as text. A replay deletes again.
local entry, lease = KEYS[1], KEYS[2]
local channels = ARGV[1]
local existed = redis.call('UNLINK', entry)
for _, waiter in ipairs(redis.call('HKEYS', lease)) do
  if waiter ~= 'token' then redis.pcall('PUBLISH', channels .. waiter, entry) end
end
redis.call('DEL', lease)
return tostring(existed)
