#include "fs/file.h"

/*
 * The settings of all engines, each called as the engine itself calls it and within the limits that DigitalOcean keeps:
 * no two engines have one of the same name that means something else.
 */
#define LARGE 9223372036854775807.0
#define SETTING(key) .path = key, .body = "config/" key
#define NUMBER(key, low, high) {key, SPEC_NUMBER, "of " OF, #low, LIMITS(low, high), SETTING(key)},
#define FRACTION(key, low, high) {key, SPEC_FRACTION, "of " OF, #low, LIMITS(low, high), SETTING(key)},
#define SWITCH(key) {key, SPEC_BOOL, "of " OF, "true", SETTING(key)},
#define WORDS(key) {key, SPEC_WORDS, "of " OF, "…", SETTING(key)},
#define TEXT(key) {key, SPEC_TEXT, "of " OF, "…", SETTING(key)},
#define AMONG(key, all, one) {key, SPEC_TEXT, "of " OF, one, .among = (all), SETTING(key)},

static const struct spec_key keys[] = {
#define OF "MySQL and PostgreSQL"
#include "engines/mysql_postgresql.h"
#undef OF
#define OF "MySQL"
#include "engines/mysql.h"
#undef OF
#define OF "PostgreSQL"
#include "engines/postgresql.h"
#undef OF
#define OF "Redis"
#include "engines/redis.h"
#undef OF
#define OF "Valkey"
#include "engines/valkey.h"
#undef OF
#define OF "MongoDB"
#include "engines/mongodb.h"
#undef OF
#define OF "Kafka"
#include "engines/kafka.h"
#undef OF
#define OF "OpenSearch"
#include "engines/opensearch.h"
#undef OF
	{0},
};

const struct kind kind_databases_config = {
	.resource = {"databases/config", "/v2/databases/%s/config", .object_key = "config", .single = true},
	.help = "the engine's own settings, as `key = value` lines; what is not said stays",
	.keys = keys,
	.files = FILES(FILE_SETTINGS("the engine's own settings, as `key = value` lines")),
	.update = "PATCH",
};
