-- Gives a message its place in its room, keeps it and tells all nodes, once for each id.
-- KEYS: sequence, log, place of this id. ARGV: channel, message, least sequence, messages kept,
-- seconds to know the id, seconds to know the room.
local before = redis.call('GET', KEYS[3])
if before then
  return tonumber(before)
end
local sequence = math.max(tonumber(redis.call('GET', KEYS[1]) or '0') + 1, tonumber(ARGV[3]))
local entry = string.format('%d %s', sequence, ARGV[2])
redis.call('SET', KEYS[1], string.format('%d', sequence), 'EX', ARGV[6])
redis.call('SET', KEYS[3], string.format('%d', sequence), 'EX', ARGV[5])
redis.call('RPUSH', KEYS[2], entry)
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[4]), -1)
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('PUBLISH', ARGV[1], 'said ' .. entry)
return sequence
