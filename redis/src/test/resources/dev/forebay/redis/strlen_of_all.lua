local sum = tonumber(ARGV[1])
for _, key in ipairs(KEYS) do
  sum = sum + redis.call('STRLEN', key)
end
return tostring(sum)
