-- change_arguments: answers with its own table of arguments.
-- ARGV[1] any text
-- Returns the argument and 'added'. A replay answers the same.
ARGV[2] = 'added'
return ARGV -- the table itself
