-- restore_switch: puts back the mode of a cache that Redis has lost, unless it has one.
-- KEYS[1] hash   cache -> "<revision> <mode>"
-- ARGV[1] cache   ARGV[2] "<revision> <mode>", as it was
-- Returns 'RESTORED' | 'PRESENT'. A replay answers PRESENT and changes nothing.
local switches, cache, switch = KEYS[1], ARGV[1], ARGV[2]
if redis.call('HSETNX', switches, cache, switch) == 1 then return 'RESTORED' end
return 'PRESENT'
