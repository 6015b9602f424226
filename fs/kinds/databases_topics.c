#include "fs/file.h"

static const struct field fields[] = {
	{"state", "active, configuring, deleting or unknown"},
	{"replication_factor", "nodes that have it"},
	{"partition_count", "parts of it"},
	{0},
};

#define LARGE 9223372036854775807.0

static const struct spec_key keys[] = {
	{KEY("replication_factor"), .type = SPEC_NUMBER, .least = 2, .most = 1000,
		.help = "nodes that have it", .example = "2"},
	{KEY("partition_count"), .type = SPEC_NUMBER, .least = 3, .most = 2048, .grows = true,
		.help = "parts of it; it can only grow", .example = "3"},
	KEY_AMONG("config/cleanup_policy", "delete compact compact_delete",
		"what becomes of old messages", "delete"),
	KEY_AMONG("config/compression_type", "producer gzip snappy Iz4 zstd uncompressed",
		"how they are kept", "producer"),
	KEY_NUMBER("config/delete_retention_ms", 0, LARGE, "ms that marks of what was deleted stay",
		"86400000"),
	KEY_NUMBER(
		"config/file_delete_delay_ms", 0, LARGE, "ms until a deleted file goes", "60000"),
	KEY_NUMBER("config/flush_messages", 0, LARGE, "messages until they are on disk", "1000"),
	KEY_NUMBER("config/flush_ms", 0, LARGE, "ms until they are", "1000"),
	KEY_NUMBER("config/index_interval_bytes", 0, LARGE, "bytes between entries of the index",
		"4096"),
	KEY_NUMBER("config/max_compaction_lag_ms", 0, LARGE,
		"ms until it is compacted at the latest", "86400000"),
	KEY_NUMBER("config/max_message_bytes", 0, LARGE, "bytes of a batch of messages", "1048588"),
	KEY_SWITCH("config/message_down_conversion_enable", "old clients get them in the old form"),
	KEY_AMONG("config/message_format_version",
		"0.8.0 0.8.1 0.8.2 0.9.0 0.10.0-IV0 0.10.0-IV1 0.10.1-IV0 0.10.1-IV1 "
		"0.10.1-IV2 0.10.2-IV0 0.11.0-IV0 0.11.0-IV1 0.11.0-IV2 1.0-IV0 1.1-IV0 "
		"2.0-IV0 2.0-IV1 2.1-IV0 2.1-IV1 2.1-IV2 2.2-IV0 2.2-IV1 2.3-IV0 2.3-IV1 "
		"2.4-IV0 2.4-IV1 2.5-IV0 2.6-IV0 2.7-IV0 2.7-IV1 2.7-IV2 2.8-IV0 2.8-IV1 "
		"3.0-IV0 3.0-IV1 3.1-IV0 3.2-IV0 3.3-IV0 3.3-IV1 3.3-IV2 3.3-IV3",
		"in which form they are kept", "3.0-IV1"),
	KEY_AMONG("config/message_timestamp_type", "create_time log_append_time",
		"which time one has", "create_time"),
	KEY_NUMBER("config/min_cleanable_dirty_ratio", 0, 1,
		"share that may be old before it is compacted", "0.5"),
	KEY_NUMBER(
		"config/min_compaction_lag_ms", 0, LARGE, "ms until it may be compacted", "1000"),
	KEY_NUMBER("config/min_insync_replicas", 1, 1000, "nodes that must have a message", "1"),
	KEY_SWITCH("config/preallocate", "room on disk is taken before it is needed"),
	KEY_NUMBER(
		"config/retention_bytes", -1, LARGE, "bytes that are kept; -1: all", "1073741824"),
	KEY_NUMBER("config/retention_ms", -1, LARGE, "ms that they are kept for; -1: for ever",
		"604800000"),
	KEY_NUMBER("config/segment_bytes", 14, LARGE, "bytes of a file", "209715200"),
	KEY_NUMBER("config/segment_jitter_ms", 0, LARGE, "ms by which files begin apart", "0"),
	KEY_NUMBER("config/segment_ms", 1, LARGE, "ms until a file ends", "604800000"),
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_databases_topics = {
	.resource = {.name = "databases/topics",
		.path = "/v2/databases/%s/topics",
		.list_key = "topics",
		.object_key = "topic",
		.id_keys = {"name"},
		.name_keys = {"name"}},
	.help = "topics of a Kafka cluster",
	.only = {"engine", "kafka"},
	.fields = fields,
	.keys = keys,
	.files = files,
	.update = "PUT",
	.deletable = true,
};
