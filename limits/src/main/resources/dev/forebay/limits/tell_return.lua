-- tell_return: tells all instances that permits of a subject came back.
-- KEYS[1] stream the latest 1,000: under the time of the server in µs, later than all before, in the field 'text'
--                "<number of the one before> <what> <limiter> <subject>"
-- ARGV[1] channel   ARGV[2] what: 'RESET' if all came back, 'REFUND' if some did   ARGV[3] limiter
-- ARGV[4] subject as instances remember it, escaped
-- Publishes "R <number of the one before> <number> <what> <limiter> <subject>".
-- Returns 'TOLD'. A replay tells again under a later number, which drops what was remembered since.
local returns, channel, what, limiter, subject = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local last = redis.call('XREVRANGE', returns, '+', '-', 'COUNT', 1)[1]
local before = last and last[1]:match('^%d+') or '0'
local time = redis.call('TIME')
local number = string.format('%.0f', math.max(time[1] * 1000000 + time[2], before + 1))
local text = what .. ' ' .. limiter .. ' ' .. subject
redis.call('XADD', returns, 'MAXLEN', 1000, number .. '-0', 'text', before .. ' ' .. text)
redis.pcall('PUBLISH', channel, 'R ' .. before .. ' ' .. number .. ' ' .. text)
return 'TOLD'
