-- block: deletes an entry, and keeps loads from being stored until the block ends, by invalidate or fill or in time.
-- KEYS[1] string   the entry
-- KEYS[2] hash   its lease
-- ARGV[1] token of the caller, begins with '!'   ARGV[2] time the block lasts at most, ms
-- ARGV[3] what the channels of instances begin with
-- Returns 'BLOCKED'. A replay blocks again.
local entry, lease = KEYS[1], KEYS[2]
local token, millis, channels = ARGV[1], ARGV[2], ARGV[3]
redis.call('UNLINK', entry)
for _, waiter in ipairs(redis.call('HKEYS', lease)) do
  if waiter ~= 'token' then redis.pcall('PUBLISH', channels .. waiter, entry) end
end
redis.call('DEL', lease)
redis.call('HSET', lease, 'token', token)
redis.call('PEXPIRE', lease, millis)
return 'BLOCKED'
