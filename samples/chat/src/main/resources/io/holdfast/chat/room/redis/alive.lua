-- Says that a node lives, and takes out the members of those that have not said so for too long.
-- KEYS: nodes by the time until which they are believed. ARGV: channel, node, milliseconds to
-- believe it, prefix of what nodes have, prefix of members.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[2])
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  local had = redis.call('HGETALL', ARGV[4] .. node)
  for i = 1, #had, 2 do
    local room, key = string.match(had[i], '^([^\n]*)\n(.*)$')
    local members = ARGV[5] .. room
    if redis.call('HDEL', members, key) == 1 then
      local count = redis.call('HLEN', members)
      redis.call('PUBLISH', ARGV[1], string.format('left %d %s', count, had[i + 1]))
    end
  end
  redis.call('DEL', ARGV[4] .. node)
  redis.call('ZREM', KEYS[1], node)
end
