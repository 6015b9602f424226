#include "fs/file.h"

static const struct field fields[] = {
	{"sink_id", "DigitalOcean's name for it, a UUID"},
	{"config/key", "the key to cert, as PEM", .secret = true},
	{"config/url", "where to, perhaps with a password", .secret = true},
	{"config/datadog_api_key", "Datadog's key", .secret = true},
	{0},
};

static const struct spec_key keys[] = {
	{"sink_type", SPEC_TEXT, "who takes the logs", "rsyslog", .required = true,
		.among = "rsyslog elasticsearch opensearch datadog", FIXED},
	{"config/server", SPEC_TEXT, "of rsyslog: where to", "192.0.2.1"},
	{"config/port", SPEC_NUMBER, "and its port", "514", LIMITS(1, 65535)},
	{"config/tls", SPEC_BOOL, "by TLS", "true"},
	{"config/format", SPEC_TEXT, "how a line is written", "rfc5424", .among = "rfc5424 rfc3164 custom"},
	{"config/logline", SPEC_TEXT, "of the format custom: how", "%msg%"},
	{"config/sd", SPEC_TEXT, "its structured data", "x"},
	{"config/ca", SPEC_TEXT, "whom to trust, as PEM", "-----BEGIN CERTIFICATE-----…"},
	{"config/cert", SPEC_TEXT, "its own certificate, as PEM", "-----BEGIN CERTIFICATE-----…"},
	{"config/key", SPEC_TEXT, "and the key to that", "…", .secret = true},
	{"config/url", SPEC_TEXT, "of the others: where to", "…", .secret = true},
	{"config/index_prefix", SPEC_TEXT, "what their indexes begin with", "logs"},
	{"config/index_days_max", SPEC_NUMBER, "days that one is kept", "7", LIMITS(1, 10000)},
	{"config/timeout", SPEC_FRACTION, "seconds until it gives up", "10", LIMITS(10, 120)},
	{"config/site", SPEC_TEXT, "of Datadog: where to", "http-intake.logs.datadoghq.com"},
	{"config/datadog_api_key", SPEC_TEXT, "and the key", "…", .secret = true},
	{0},
};

const struct kind kind_databases_logsinks = {
	.resource = {"databases/logsinks", "/v2/databases/%s/logsink", .list_key = "sinks", .object_key = "sink",
		.id_keys = {"sink_id"}, .name_keys = {"sink_name", "sink_id"}, .unlisted = true},
	.help = "where a cluster's logs go; `ls` of the cluster does not show it, `ls databases/X/logsinks` does",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.named_by = "sink_name",
	.update = "PUT",
	.deletable = true,
};
