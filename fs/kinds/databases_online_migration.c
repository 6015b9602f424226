#include "fs/file.h"

#define FIXED .fixed = "a new source begins another migration"

static const struct spec_key keys[] = {
	{KEY("id"), .type = SPEC_TEXT, FIXED, .help = "of the migration under way", .example = "…"},
	{KEY("status"), .type = SPEC_TEXT, FIXED,
		.help = "running, syncing, canceled, error or done", .example = "done"},
	{.name = "source/host", .type = SPEC_TEXT, .help = "from where", .example = "192.0.2.1"},
	{.name = "source/port",
		.type = SPEC_NUMBER,
		.least = 1,
		.most = 65535,
		.help = "its port",
		.example = "5432"},
	{.name = "source/dbname",
		.type = SPEC_TEXT,
		.help = "which database",
		.example = "tenant42"},
	{.name = "source/username", .type = SPEC_TEXT, .help = "as whom", .example = "tenant42"},
	{.name = "source/password",
		.type = SPEC_TEXT,
		.secret = true,
		.help = "and the password",
		.example = "…"},
	{.name = "disable_ssl", .type = SPEC_BOOL, .help = "in the clear", .example = "false"},
	{.name = "ignore_dbs",
		.type = SPEC_WORDS,
		.help = "databases that are left there",
		.example = "test"},
	{0},
};

static const struct file files[] = {
	FILE_SETTINGS("from which other server it takes what is there, while that goes on"), {0}};

const struct kind kind_databases_online_migration = {
	.resource = {.name = "databases/online_migration",
		.path = "/v2/databases/%s/online-migration",
		.optional = true,
		.single = true},
	.help = "from which other server it takes what is there, while that goes on",
	.keys = keys,
	.files = files,
	.update = "PUT",
};
