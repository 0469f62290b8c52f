-- Has a member go on under another key, and tells all nodes.
-- KEYS: members, what the old node has, what the new node has. ARGV: channel, old key, new key, new
-- presence, old field among what the node has, new field, what all nodes are told.
redis.call('HDEL', KEYS[2], ARGV[5])
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[3], ARGV[6], ARGV[4])
redis.call('PUBLISH', ARGV[1], string.format('moved %d %s', redis.call('HLEN', KEYS[1]), ARGV[7]))
