-- read_usage: reads the sums of all instances.
-- KEYS[1] hash   as add_usage writes it
-- KEYS[2] zset   subject, escaped -> how often it was denied
-- KEYS[3] string a HyperLogLog of the subjects
-- ARGV[1] how many subjects to tell, those denied most first
-- Returns the registers, how many subjects follow, subjects and how often they were denied in turns, names and sums in turns.
--         A replay reads again and changes nothing.
local sums, offenders, subjects = KEYS[1], KEYS[2], KEYS[3]
local denied = redis.call('ZREVRANGE', offenders, 0, ARGV[1] - 1, 'WITHSCORES')
local answer = {redis.call('GET', subjects) or '', #denied / 2}
for i = 1, #denied, 2 do
  answer[#answer + 1] = denied[i]
  answer[#answer + 1] = string.format('%.0f', denied[i + 1])
end
for _, text in ipairs(redis.call('HGETALL', sums)) do answer[#answer + 1] = text end
return answer
