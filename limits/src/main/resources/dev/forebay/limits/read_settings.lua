-- read_settings: reads the limits that were changed at run time, and a page of those who are blocked or allowed.
-- KEYS[1] string the number of the latest change
-- KEYS[2] hash   limiter -> "<permits> <window in ms>"
-- KEYS[3] zset   subject -> until when it is blocked, ms since epoch; -1 if it is allowed
-- ARGV[1] the first place of the page, from 0 on   ARGV[2] the last
-- Returns the number of the latest change, '0' if there was none, and how many limits there are; limiters and their limits in
--         turns; subjects and the ms that are left of their blocks, -1 if they are allowed, in turns. A replay reads again.
local number, rules, listed = KEYS[1], KEYS[2], KEYS[3]
local first, last = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local changed = redis.call('HGETALL', rules)
local answer = {redis.call('GET', number) or '0', #changed / 2}
for _, text in ipairs(changed) do answer[#answer + 1] = text end
local page = redis.call('ZRANGE', listed, first, last, 'WITHSCORES')
for i = 1, #page, 2 do
  local score = tonumber(page[i + 1])
  answer[#answer + 1] = page[i]
  answer[#answer + 1] = score < 0 and '-1' or string.format('%.0f', math.max(0, score - now))
end
return answer
