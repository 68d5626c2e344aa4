-- fill: stores what was loaded or written, only if the caller still holds the lease or alone blocks, and wakes the instances that wait for it.
-- KEYS[1] string   the entry
-- KEYS[2] hash   its lease, as block and take_lease write it
-- ARGV[1] token of the caller   ARGV[2] the entry's bytes   ARGV[3] its time to live, ms
-- ARGV[4] what the channels of instances begin with
-- Returns 'FILLED' | 'LOST'. A replay answers LOST and changes nothing.
local entry, lease = KEYS[1], KEYS[2]
local token, bytes, millis, channels = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if redis.pcall('HGET', lease, 'token') ~= token then return 'LOST' end
redis.call('SET', entry, bytes, 'PX', millis)
for _, waiter in ipairs(redis.call('HKEYS', lease)) do
  if waiter ~= 'token' then redis.pcall('PUBLISH', channels .. waiter, entry) end
end
redis.call('DEL', lease)
return 'FILLED'
