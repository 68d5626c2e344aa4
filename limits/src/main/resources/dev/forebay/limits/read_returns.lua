-- read_returns: reads of which subjects permits came back.
-- KEYS[1] stream as tell_return writes it
-- ARGV[1] the number of the latest that is known; -1 if none is, which reads none
-- Returns the number of the latest, '0' if there was none; numbers and texts of those since, as tell_return writes them, in
--         turns, the first one first. A replay reads again.
local returns, known = KEYS[1], tonumber(ARGV[1])
local last = redis.call('XREVRANGE', returns, '+', '-', 'COUNT', 1)[1]
local answer = {last and last[1]:match('^%d+') or '0'}
if known >= 0 then
  for _, entry in ipairs(redis.call('XRANGE', returns, string.format('%.0f-0', known + 1), '+')) do
    answer[#answer + 1] = entry[1]:match('^%d+')
    answer[#answer + 1] = entry[2][2]
  end
end
return answer
