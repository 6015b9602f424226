/* The settings of Redis, for the table of databases_config.c. No guard, as in registry.h. */
AMONG("redis_maxmemory_policy", "noeviction allkeys-lru allkeys-random volatile-lru volatile-random volatile-ttl",
	"noeviction")
NUMBER("redis_pubsub_client_output_buffer_limit", 32, 512)
NUMBER("redis_number_of_databases", 1, 128)
NUMBER("redis_io_threads", 1, 32)
NUMBER("redis_lfu_log_factor", 0, 100)
NUMBER("redis_lfu_decay_time", 1, 120)
SWITCH("redis_ssl")
NUMBER("redis_timeout", 0, 31536000)
TEXT("redis_notify_keyspace_events")
AMONG("redis_persistence", "off rdb", "off")
AMONG("redis_acl_channels_default", "allchannels resetchannels", "allchannels")
