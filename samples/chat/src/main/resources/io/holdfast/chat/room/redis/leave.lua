-- Takes a member out, and tells all nodes if it was one.
-- KEYS: members, what the node has. ARGV: channel, key of the member, its presence, its field.
redis.call('HDEL', KEYS[2], ARGV[4])
if redis.call('HDEL', KEYS[1], ARGV[2]) == 1 then
  local count = redis.call('HLEN', KEYS[1])
  redis.call('PUBLISH', ARGV[1], string.format('left %d %s', count, ARGV[3]))
end
