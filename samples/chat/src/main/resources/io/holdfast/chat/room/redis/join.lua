-- Adds a member, tells all nodes if it is new, and returns the members and the newest messages.
-- KEYS: members, log, what the node has, sequence. ARGV: channel, key of the member, its presence,
-- its field among what the node has, messages wanted, last sequence that the node knows (of before
-- Redis lost its memory), seconds to know the room.
local new = redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[4], ARGV[3])
if new == 1 then
  local count = redis.call('HLEN', KEYS[1])
  redis.call('PUBLISH', ARGV[1], string.format('joined %d %s', count, ARGV[3]))
end
if tonumber(redis.call('GET', KEYS[4]) or '0') < tonumber(ARGV[6]) then
  redis.call('SET', KEYS[4], ARGV[6], 'EX', ARGV[7])
end
return {redis.call('HVALS', KEYS[1]), redis.call('LRANGE', KEYS[2], -tonumber(ARGV[5]), -1)}
