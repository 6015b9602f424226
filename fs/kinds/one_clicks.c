#include "fs/file.h"

static const struct field fields[] = {
	{"slug", "its name; of a droplet's, what `image` in a spec takes"},
	{"type", "droplet or kubernetes"},
	{0},
};

const struct kind kind_one_clicks = {
	.resource = {"1-clicks", "/v2/1-clicks", .scope = "addon", .list_key = "1_clicks", .id_keys = {"slug"},
		.name_keys = {"slug"}, .catalogue = true},
	.help = "applications that come installed: with a droplet's image, or into a cluster",
	.fields = fields,
	.files = FILES(FILE_JSON),
};
