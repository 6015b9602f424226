#include "fs/file.h"

#define STAYS .fixed = "a new source begins another migration"

static const struct spec_key keys[] = {
	{"id", SPEC_TEXT, "of the migration under way", "…", STAYS},
	{"status", SPEC_TEXT, "running, syncing, canceled, error or done", "done", STAYS},
	{"source/host", SPEC_TEXT, "from where", "192.0.2.1", .unshown = true},
	{"source/port", SPEC_NUMBER, "its port", "5432", LIMITS(1, 65535), .unshown = true},
	{"source/dbname", SPEC_TEXT, "which database", "tenant42", .unshown = true},
	{"source/username", SPEC_TEXT, "as whom", "tenant42", .unshown = true},
	{"source/password", SPEC_TEXT, "and the password", "…", .secret = true, .unshown = true},
	{"disable_ssl", SPEC_BOOL, "in the clear", "false", .unshown = true},
	{"ignore_dbs", SPEC_WORDS, "databases that are left there", "test", .unshown = true},
	{0},
};

const struct kind kind_databases_online_migration = {
	.resource = {"databases/online_migration", "/v2/databases/%s/online-migration", .optional = true,
		.single = true},
	.help = "from which other server it takes what is there, while that goes on",
	.keys = keys,
	.files = FILES(FILE_SETTINGS("from which other server it takes what is there, while that goes on")),
	.update = "PUT",
};
