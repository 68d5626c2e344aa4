-- read_settings: reads the limits that were changed at run time, and some of those who are blocked or allowed.
-- KEYS[1] hash   as announce writes it
-- KEYS[2] hash   limiter -> "<permits> <window in ms>"
-- KEYS[3] zset   subject, escaped -> until when it is blocked, ms since epoch; -1 if it is allowed
-- ARGV[1] '0' to begin, then what the reply before said   ARGV[2] about how many subjects
-- Returns the number of the latest change, '0' if there was none; the generation, or ''; '1' if it was restored, else '0'; where
--         to go on, '0' at the end; how many limits there are, 0 unless this is the beginning; limiters and their limits in
--         turns; subjects and the ms that are left of their blocks, -1 if they are allowed, in turns. Who is listed from the
--         beginning to the end is told once or more often. A replay reads again.
local version, rules, listed = KEYS[1], KEYS[2], KEYS[3]
local cursor, count = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', version, 'number', 'generation', 'restored')
local page = redis.call('ZSCAN', listed, cursor, 'COUNT', count)
local changed = cursor == '0' and redis.call('HGETALL', rules) or {}
local answer = {state[1] or '0', state[2] or '', state[3] or '0', page[1], #changed / 2}
for _, text in ipairs(changed) do answer[#answer + 1] = text end
for i = 1, #page[2], 2 do
  local score = tonumber(page[2][i + 1])
  answer[#answer + 1] = page[2][i]
  answer[#answer + 1] = score < 0 and '-1' or string.format('%.0f', math.max(0, score - now))
end
return answer
