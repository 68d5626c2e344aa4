-- release_lease: ends a lease without an entry, and wakes the instances that wait for it.
-- KEYS[1] hash   the lease
-- ARGV[1] token of the caller   ARGV[2] what the channels of instances begin with   ARGV[3] name of the entry, to tell them
-- Returns 'RELEASED' | 'LOST'. A replay answers LOST and changes nothing.
local lease = KEYS[1]
local token, channels, name = ARGV[1], ARGV[2], ARGV[3]
if redis.pcall('HGET', lease, 'token') ~= token then return 'LOST' end
for _, waiter in ipairs(redis.call('HKEYS', lease)) do
  if waiter ~= 'token' then redis.pcall('PUBLISH', channels .. waiter, name) end
end
redis.call('DEL', lease)
return 'RELEASED'
