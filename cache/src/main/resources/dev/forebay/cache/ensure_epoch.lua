-- ensure_epoch: begins an epoch where there is none; one that is there lives on.
-- KEYS[1] string   the epoch, a text of 1 to 64 bytes that never comes twice; whatever else is there is none
-- ARGV[1] the epoch to begin   ARGV[2] time to live from now, ms
-- Returns the epoch that holds. A replay returns the same, unless it was renewed meanwhile.
local epoch = KEYS[1]
local candidate, millis = ARGV[1], ARGV[2]
local held = redis.pcall('GET', epoch)
if type(held) == 'string' and #held >= 1 and #held <= 64 then
  redis.call('PEXPIRE', epoch, millis)
  return held
end
redis.call('SET', epoch, candidate, 'PX', millis)
return candidate
