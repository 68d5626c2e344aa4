-- put_all: writes many entries, each with its own time to live.
-- KEYS[1..n]  string  the entries
-- ARGV[1..2n] for each key its value, then its time to live in ms, a whole number >= 1
-- Returns 'WRITTEN'. A replay writes the same values again.
for i, key in ipairs(KEYS) do
  redis.call('SET', key, ARGV[2 * i - 1], 'PX', ARGV[2 * i])
end
return 'WRITTEN'
