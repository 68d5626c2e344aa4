-- count_calls: counts calls in windows that begin with the first. It is its own batch form, a loop.
-- KEYS[1..n] string   the count of each call
-- ARGV[1] the window in ms; of several calls each its own and then their number, or one for all and the number below zero
-- Returns the count as text, of several calls a list of these. A replay counts again.
local calls = #ARGV == 1 and 1 or tonumber(ARGV[#ARGV])
local alike = calls < 0
local answers, call = {}, redis.pcall
for i = 1, #KEYS do
  local count = call('INCR', KEYS[i])
  if count == 1 then
    call('PEXPIRE', KEYS[i], ARGV[alike and 1 or i])
  end
  answers[i] = type(count) == 'number' and tostring(count) or count
end
return #ARGV == 1 and answers[1] or answers
