#include "fs/file.h"

static const struct field fields[] = {
	{"slug", "its name: region in an app's spec"},
	{"label", "where that is"},
	{"data_centers", "the regions in it"},
	{"disabled", "true: none is taken there now"},
	{0},
};

const struct kind kind_app_regions = {
	.resource = {"app_regions", "/v2/apps/regions", .scope = "app", .list_key = "regions", .id_keys = {"slug"},
		.name_keys = {"slug"}, .catalogue = true},
	.help = "where apps can run",
	.fields = fields,
	.files = FILES(FILE_JSON),
};
