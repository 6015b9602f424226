#include "fs/file.h"

static const struct field fields[] = {
	{"state", "active, configuring, deleting or unknown"},
	{"replication_factor", "nodes that have it"},
	{"partition_count", "parts of it"},
	{0},
};

#define LARGE 9223372036854775807.0

static const struct spec_key keys[] = {
	{"replication_factor", SPEC_NUMBER, "nodes that have it", "2", LIMITS(2, 1000)},
	{"partition_count", SPEC_NUMBER, "parts of it; it can only grow", "3", LIMITS(3, 2048), .grows = true},
	{"config/cleanup_policy", SPEC_TEXT, "what becomes of old messages", "delete",
		.among = "delete compact compact_delete"},
	{"config/compression_type", SPEC_TEXT, "how they are kept", "producer",
		.among = "producer gzip snappy Iz4 zstd uncompressed"},
	{"config/delete_retention_ms", SPEC_NUMBER, "ms that marks of what was deleted stay", "86400000",
		LIMITS(0, LARGE)},
	{"config/file_delete_delay_ms", SPEC_NUMBER, "ms until a deleted file goes", "60000", LIMITS(0, LARGE)},
	{"config/flush_messages", SPEC_NUMBER, "messages until they are on disk", "1000", LIMITS(0, LARGE)},
	{"config/flush_ms", SPEC_NUMBER, "ms until they are", "1000", LIMITS(0, LARGE)},
	{"config/index_interval_bytes", SPEC_NUMBER, "bytes between entries of the index", "4096", LIMITS(0, LARGE)},
	{"config/max_compaction_lag_ms", SPEC_NUMBER, "ms until it is compacted at the latest", "86400000",
		LIMITS(0, LARGE)},
	{"config/max_message_bytes", SPEC_NUMBER, "bytes of a batch of messages", "1048588", LIMITS(0, LARGE)},
	{"config/message_down_conversion_enable", SPEC_BOOL, "old clients get them in the old form", "true"},
	{"config/message_format_version", SPEC_TEXT, "in which form they are kept", "3.0-IV1",
		.among = "0.8.0 0.8.1 0.8.2 0.9.0 0.10.0-IV0 0.10.0-IV1 0.10.1-IV0 0.10.1-IV1 "
			 "0.10.1-IV2 0.10.2-IV0 0.11.0-IV0 0.11.0-IV1 0.11.0-IV2 1.0-IV0 1.1-IV0 "
			 "2.0-IV0 2.0-IV1 2.1-IV0 2.1-IV1 2.1-IV2 2.2-IV0 2.2-IV1 2.3-IV0 2.3-IV1 "
			 "2.4-IV0 2.4-IV1 2.5-IV0 2.6-IV0 2.7-IV0 2.7-IV1 2.7-IV2 2.8-IV0 2.8-IV1 "
			 "3.0-IV0 3.0-IV1 3.1-IV0 3.2-IV0 3.3-IV0 3.3-IV1 3.3-IV2 3.3-IV3"},
	{"config/message_timestamp_type", SPEC_TEXT, "which time one has", "create_time",
		.among = "create_time log_append_time"},
	{"config/min_cleanable_dirty_ratio", SPEC_FRACTION, "share that may be old before it is compacted", "0.5",
		LIMITS(0, 1)},
	{"config/min_compaction_lag_ms", SPEC_NUMBER, "ms until it may be compacted", "1000", LIMITS(0, LARGE)},
	{"config/min_insync_replicas", SPEC_NUMBER, "nodes that must have a message", "1", LIMITS(1, 1000)},
	{"config/preallocate", SPEC_BOOL, "room on disk is taken before it is needed", "true"},
	{"config/retention_bytes", SPEC_NUMBER, "bytes that are kept; -1: all", "1073741824", LIMITS(-1, LARGE)},
	{"config/retention_ms", SPEC_NUMBER, "ms that they are kept for; -1: for ever", "604800000", LIMITS(-1, LARGE)},
	{"config/segment_bytes", SPEC_NUMBER, "bytes of a file", "209715200", LIMITS(14, LARGE)},
	{"config/segment_jitter_ms", SPEC_NUMBER, "ms by which files begin apart", "0", LIMITS(0, LARGE)},
	{"config/segment_ms", SPEC_NUMBER, "ms until a file ends", "604800000", LIMITS(1, LARGE)},
	{0},
};

const struct kind kind_databases_topics = {
	.resource = {"databases/topics", "/v2/databases/%s/topics", .list_key = "topics", .object_key = "topic",
		.id_keys = {"name"}, .name_keys = {"name"}},
	.help = "topics of a Kafka cluster",
	.only = {"engine", "kafka"},
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.deletable = true,
};
