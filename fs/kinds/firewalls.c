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
	{"droplets", "droplets", "the droplets it protects: `ln -s ../../../droplets/X firewalls/F/droplets/`, rm",
		.path = "droplet_ids", .link = {"/droplets", "droplet_ids[]"}},
	{"tags", "tags", "tags whose droplets it protects, too: `ln -s ../../../tags/T`, rm", .path = "tags",
		.link = {"/tags", "tags[]"}},
	{0},
};

#define RULE(peers, word)                                                                                            \
	{"protocol", SPEC_TEXT, .required = true, .among = "tcp udp icmp"},                                          \
		{"ports", SPEC_TEXT, .each = true, .fallback = "0"}, {peers "/addresses", SPEC_WORDS, .lead = word}, \
		{peers "/tags", SPEC_REFS, .kind = "tags", .lead = "tag:"},                                          \
		{peers "/droplet_ids", SPEC_REFS, .kind = "droplets", .lead = "droplet:"},                           \
		{peers "/load_balancer_uids", SPEC_REFS, .kind = "load_balancers", .lead = "load_balancer:"},        \
	{                                                                                                            \
		peers "/kubernetes_ids", SPEC_WORDS, .lead = "kubernetes:"                                           \
	}
static const struct spec_key inbound[] = {RULE("sources", "from"), {0}};
static const struct spec_key outbound[] = {RULE("destinations", "to"), {0}};

static const struct spec_key keys[] = {
	{"inbound_rules", SPEC_ITEMS,
		"what may come in, a line each: tcp, udp or icmp, ports (all without any), addresses, tag:NAME, "
		"droplet:NAME, load_balancer:NAME, kubernetes:ID",
		"tcp 80,443 from 0.0.0.0/0 ::/0", .members = inbound},
	{"outbound_rules", SPEC_ITEMS, "what may go out, in the same words", "udp 53 to 0.0.0.0/0",
		.members = outbound},
	{"droplet_ids", SPEC_REFS, "the droplets it protects", "web1, web2", .kind = "droplets"},
	{"tags", SPEC_REFS, "tags whose droplets it protects, too", "web", .kind = "tags"},
	{0},
};

/* "80", "8000-9000"; "0" is all. */
static bool are_ports(const char *ports)
{
	char *end;
	unsigned long first = strtoul(ports, &end, 10), last = first;
	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	return strcmp(ports, "all") == 0 || (*ports >= '0' && *ports <= '9' && !*end && first <= last && last <= 65535);
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
					"%s: “%.40s” is no port from 1 to 65535 and no range such as 8000-9000",
					key->name, ports);
			if (!json_get(rule, key == keys ? "sources" : "destinations"))
				spec_wrong(spec, key->name, "%s: for whom is missing: it is said as “%s”", key->name,
					key->example);
		}
	}
	if (rules == 0 && !spec->partial && !spec->wrong.length)
		spec_wrong(spec, "", "a firewall needs a rule: `%s = %s`", keys->name, keys->example);
	return 0;
}

const struct kind kind_firewalls = {
	.resource = {"firewalls", "/v2/firewalls", .scope = "firewall", .list_key = "firewalls",
		.object_key = "firewall", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.help = "what may reach droplets, and what they may reach; all else is kept off",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.renames = true,
	.check_spec = check,
	.deletable = true,
};
