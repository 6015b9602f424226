#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "fs/file.h"
#include "fs/spec.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status", "waiting, succeeded or failed: whether its droplets have its rules"},
	{"inbound_rules", "what may come in; spec has them in words"},
	{"outbound_rules", "what may go out"},
	{"pending_changes", "the droplets that do not have its rules yet"},
	{0},
};

static const struct relation relations[] = {
	{.name = "droplets",
		.kind = "droplets",
		.path = "droplet_ids",
		.link = {"/droplets", "droplet_ids[]"},
		.help = "the droplets it protects: `ln -s ../../../droplets/X "
			"firewalls/F/droplets/`, "
			"rm"},
	{.name = "tags",
		.kind = "tags",
		.path = "tags",
		.link = {"/tags", "tags[]"},
		.help = "tags whose droplets it protects, too: `ln -s ../../../tags/T`, rm"},
	{0},
};

#define PROTOCOL                                                                            \
	{.name = "protocol", .type = SPEC_TEXT, .required = true, .among = "tcp udp icmp"}, \
	{                                                                                   \
		.name = "ports", .type = SPEC_TEXT, .each = true, .fallback = "0"           \
	}
#define PEERS(where, word)                                                                  \
	{.name = where "/addresses", .type = SPEC_WORDS, .lead = word},                     \
		{.name = where "/tags", .type = SPEC_REFS, .kind = "tags", .lead = "tag:"}, \
		{.name = where "/droplet_ids",                                              \
			.type = SPEC_REFS,                                                  \
			.kind = "droplets",                                                 \
			.by = "id",                                                         \
			.lead = "droplet:"},                                                \
		{.name = where "/load_balancer_uids",                                       \
			.type = SPEC_REFS,                                                  \
			.kind = "load_balancers",                                           \
			.by = "id",                                                         \
			.lead = "load_balancer:"},                                          \
	{                                                                                   \
		.name = where "/kubernetes_ids", .type = SPEC_WORDS, .lead = "kubernetes:"  \
	}

static const struct spec_key inbound[] = {PROTOCOL, PEERS("sources", "from"), {0}};
static const struct spec_key outbound[] = {PROTOCOL, PEERS("destinations", "to"), {0}};

static const struct spec_key keys[] = {
	{KEY("inbound_rules"), .type = SPEC_ITEMS, .members = inbound,
		.help = "what may come in, a line each: tcp, udp or icmp, ports (all without any), "
			"addresses, tag:NAME, droplet:NAME, load_balancer:NAME, kubernetes:ID",
		.example = "tcp 80,443 from 0.0.0.0/0 ::/0"},
	{KEY("outbound_rules"), .type = SPEC_ITEMS, .members = outbound,
		.help = "what may go out, in the same words", .example = "udp 53 to 0.0.0.0/0"},
	{KEY("droplet_ids"), .type = SPEC_REFS, .kind = "droplets", .by = "id",
		.help = "the droplets it protects", .example = "web1, web2"},
	{KEY("tags"), .type = SPEC_REFS, .kind = "tags",
		.help = "tags whose droplets it protects, too", .example = "web"},
	{0},
};

/* "80", "8000-9000"; "0" is all. */
static bool are_ports(const char *ports)
{
	char *end;
	unsigned long first = strtoul(ports, &end, 10), last = first;
	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	return strcmp(ports, "all") == 0 ||
	       (*ports >= '0' && *ports <= '9' && !*end && first <= last && last <= 65535);
}

static int check(struct spec *spec, struct error *err)
{
	size_t rules = 0;
	(void)err;
	for (const struct spec_key *key = keys; key->members; key++) {
		const struct json *wanted = spec_get(spec, key->name);
		const struct json *list = wanted ? wanted : json_get(spec->object, key->name);
		rules += json_count(list);
		for (const struct json *rule = json_first(wanted); rule; rule = json_next(rule)) {
			const char *ports = json_get_string(rule, "ports");
			if (ports && !are_ports(ports))
				spec_wrong(spec, key->name,
					"%s: “%.40s” is no port from 1 to 65535 and no range "
					"such as 8000-9000",
					key->name, ports);
		}
	}
	if (rules == 0 && !spec->partial && !spec->wrong.length)
		spec_wrong(
			spec, "", "a firewall needs a rule: `%s = %s`", keys->name, keys->example);
	return 0;
}

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_firewalls = {
	.resource = {.name = "firewalls",
		.scope = "firewall",
		.path = "/v2/firewalls",
		.list_key = "firewalls",
		.object_key = "firewall",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.help = "what may reach droplets, and what they may reach; all else is kept off",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = files,
	.aliases = {"id", "name"},
	.update = "PUT",
	.renames = true,
	.check_spec = check,
	.deletable = true,
};
