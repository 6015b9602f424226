#include "fs/file.h"

static const struct spec_key rule[] = {
	{"type", SPEC_TEXT, .required = true, .among = "droplet k8s ip_addr tag app"},
	{"value", SPEC_TEXT, .required = true},
	{"description", SPEC_TEXT},
	{"uuid", SPEC_TEXT},
	{0},
};

static const struct spec_key keys[] = {
	{"rules", SPEC_ITEMS, "type and value: an address, an id of a droplet, cluster or app, or a tag",
		"ip_addr 192.0.2.0/24", .members = rule},
	{0},
};

const struct kind kind_databases_firewall = {
	.resource = {"databases/firewall", "/v2/databases/%s/firewall", .single = true},
	.help = "who may reach it, a line each",
	.keys = keys,
	.files = FILES(FILE_SETTINGS("who may reach it, a line each")),
	.update = "PUT",
};
