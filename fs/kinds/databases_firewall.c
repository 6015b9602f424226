#include "fs/file.h"

static const struct spec_key rule[] = {
	{.name = "type",
		.type = SPEC_TEXT,
		.among = "droplet k8s ip_addr tag app",
		.required = true},
	{.name = "value", .type = SPEC_TEXT, .required = true},
	{.name = "description", .type = SPEC_TEXT},
	{.name = "uuid", .type = SPEC_TEXT},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("rules"), .type = SPEC_ITEMS, .members = rule,
		.help = "type and value: an address, an id of a droplet, cluster or app, or a tag",
		.example = "ip_addr 192.0.2.0/24"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("who may reach it, a line each"), {0}};

const struct kind kind_databases_firewall = {
	.resource = {.name = "databases/firewall",
		.path = "/v2/databases/%s/firewall",
		.single = true},
	.help = "who may reach it, a line each",
	.keys = keys,
	.files = files,
	.update = "PUT",
};
