-- renew_lease: lets a lease run on for whoever holds it.
-- KEYS[1] hash   the lease
-- ARGV[1] token of the caller   ARGV[2] time the lease is good for from now, ms
-- Returns 'RENEWED' | 'LOST'. A replay renews again.
local lease = KEYS[1]
local token, millis = ARGV[1], ARGV[2]
if redis.pcall('HGET', lease, 'token') ~= token then return 'LOST' end
redis.call('PEXPIRE', lease, millis)
return 'RENEWED'
