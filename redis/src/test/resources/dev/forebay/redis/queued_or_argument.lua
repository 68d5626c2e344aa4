-- queued_or_argument: answers with a status, or with its argument.
-- ARGV[1] any text, or nothing
-- Returns the status QUEUED if there is no text, else the text. A replay answers the same.
if ARGV[1] == '' then return redis.status_reply('QUEUED') end
return ARGV[1]
