#include "fs/file.h"

static const struct field fields[] = {
	{"sink_id", "DigitalOcean's name for it, a UUID"},
	{"config/key", "the key to cert, as PEM", .secret = true},
	{"config/url", "where to, perhaps with a password", .secret = true},
	{"config/datadog_api_key", "Datadog's key", .secret = true},
	{0},
};

#define CONFIG(key, kind, words, value)                                                 \
	{                                                                               \
		KEY("config/" key), .type = (kind), .help = (words), .example = (value) \
	}
#define FIXED .fixed = "make another one"
#define SECRET(key, words)                                                              \
	{                                                                               \
		KEY("config/" key), .type = SPEC_TEXT, .secret = true, .help = (words), \
				    .example = "…"                                    \
	}

static const struct spec_key keys[] = {
	{KEY("sink_type"), .type = SPEC_TEXT, .required = true, FIXED,
		.among = "rsyslog elasticsearch opensearch datadog", .help = "who takes the logs",
		.example = "rsyslog"},
	CONFIG("server", SPEC_TEXT, "of rsyslog: where to", "192.0.2.1"),
	{KEY("config/port"), .type = SPEC_NUMBER, .least = 1, .most = 65535, .help = "and its port",
		.example = "514"},
	CONFIG("tls", SPEC_BOOL, "by TLS", "true"),
	{KEY("config/format"), .type = SPEC_TEXT, .among = "rfc5424 rfc3164 custom",
		.help = "how a line is written", .example = "rfc5424"},
	CONFIG("logline", SPEC_TEXT, "of the format custom: how", "%msg%"),
	CONFIG("sd", SPEC_TEXT, "its structured data", "x"),
	CONFIG("ca", SPEC_TEXT, "whom to trust, as PEM", "-----BEGIN CERTIFICATE-----…"),
	CONFIG("cert", SPEC_TEXT, "its own certificate, as PEM", "-----BEGIN CERTIFICATE-----…"),
	SECRET("key", "and the key to that"),
	SECRET("url", "of the others: where to"),
	CONFIG("index_prefix", SPEC_TEXT, "what their indexes begin with", "logs"),
	{KEY("config/index_days_max"), .type = SPEC_NUMBER, .least = 1, .most = 10000,
		.help = "days that one is kept", .example = "7"},
	{KEY("config/timeout"), .type = SPEC_NUMBER, .least = 10, .most = 120,
		.help = "seconds until it gives up", .example = "10"},
	CONFIG("site", SPEC_TEXT, "of Datadog: where to", "http-intake.logs.datadoghq.com"),
	SECRET("datadog_api_key", "and the key"),
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_databases_logsinks = {
	.resource = {.name = "databases/logsinks",
		.path = "/v2/databases/%s/logsink",
		.list_key = "sinks",
		.object_key = "sink",
		.id_keys = {"sink_id"},
		.name_keys = {"sink_name", "sink_id"},
		.unlisted = true},
	.help = "where a cluster's logs go; `ls` of the cluster does not show it, `ls "
		"databases/X/logsinks` does",
	.fields = fields,
	.keys = keys,
	.files = files,
	.named_by = "sink_name",
	.update = "PUT",
	.deletable = true,
};
