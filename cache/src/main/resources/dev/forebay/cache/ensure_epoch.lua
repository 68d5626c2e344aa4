-- ensure_epoch: begins an epoch where there is none; one that is there lives on.
-- KEYS[1] string   the epoch, a text that never comes twice
-- ARGV[1] the epoch to begin   ARGV[2] time to live from now, ms
-- Returns the epoch that holds. A replay returns the same, unless it was renewed meanwhile.
local epoch = KEYS[1]
local candidate, millis = ARGV[1], ARGV[2]
if not redis.call('SET', epoch, candidate, 'PX', millis, 'NX') then redis.call('PEXPIRE', epoch, millis) end
return redis.call('GET', epoch)
