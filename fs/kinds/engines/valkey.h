/* The settings of Valkey, for the table of databases_config.c. No guard, as in registry.h. */
AMONG("valkey_maxmemory_policy",
	"noeviction allkeys_lru allkeys_random volatile_lru volatile_random volatile_ttl",
	"noeviction")
NUMBER("valkey_pubsub_client_output_buffer_limit", 32, 512)
NUMBER("valkey_number_of_databases", 1, 128)
NUMBER("valkey_io_threads", 1, 32)
NUMBER("valkey_lfu_log_factor", 0, 100)
NUMBER("valkey_lfu_decay_time", 1, 120)
SWITCH("valkey_ssl")
NUMBER("valkey_timeout", 0, 31536000)
TEXT("valkey_notify_keyspace_events")
AMONG("valkey_persistence", "off rdb", "off")
AMONG("valkey_acl_channels_default", "allchannels resetchannels", "allchannels")
SWITCH("frequent_snapshots")
NUMBER("valkey_active_expire_effort", 1, 10)
