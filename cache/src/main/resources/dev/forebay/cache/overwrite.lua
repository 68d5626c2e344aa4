-- overwrite: stores an entry over whatever there is; a load under way is not stored after it.
-- KEYS[1] string   the entry
-- KEYS[2] hash   its lease
-- ARGV[1] the entry's bytes   ARGV[2] its time to live, ms   ARGV[3] what the channels of instances begin with
-- Returns 'OK'. A replay stores again, over what others stored meanwhile: the connection never sends it twice.
local entry, lease = KEYS[1], KEYS[2]
local bytes, millis, channels = ARGV[1], ARGV[2], ARGV[3]
redis.call('SET', entry, bytes, 'PX', millis)
local waiters = redis.call('HKEYS', lease)
for _, waiter in ipairs(waiters) do
  if waiter ~= 'token' then redis.pcall('PUBLISH', channels .. waiter, entry) end
end
if #waiters > 0 then redis.call('DEL', lease) end
return 'OK'
