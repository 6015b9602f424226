#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"ip", "its address; empty until it has one"},
	{"ipv6", "the same of version 6"},
	{"status", "new, active or errored"},
	{"forwarding_rules", "what it takes and where it sends that; spec has them in words"},
	{"health_check", "how it finds out whether a droplet answers"},
	{0},
};

static const struct relation relations[] = {
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "vpc",
		.kind = "vpcs",
		.path = "vpc_uuid",
		.one = true,
		.help = "the private network it is in"},
	{.name = "droplets",
		.kind = "droplets",
		.path = "droplet_ids",
		.link = {"/droplets", "droplet_ids[]"},
		.help = "the droplets behind it: `ln -s ../../../droplets/X "
			"load_balancers/L/droplets/`, rm; not where a tag says which"},
	{0},
};

#define PORT .type = SPEC_NUMBER, .least = 1, .most = 65535
#define CERTIFICATE(key) .name = key, .type = SPEC_REF, .kind = "certificates", .by = "id"
static const struct spec_key rule[] = {
	{.name = "entry_protocol",
		.type = SPEC_TEXT,
		.required = true,
		.among = "http https http2 http3 tcp udp"},
	{.name = "entry_port", PORT, .required = true},
	{.name = "target_protocol",
		.type = SPEC_TEXT,
		.required = true,
		.among = "http https http2 tcp udp",
		.lead = "to"},
	{.name = "target_port", PORT, .required = true},
	{CERTIFICATE("certificate_id")},
	{.name = "tls_passthrough", .type = SPEC_BOOL},
	{0},
};
static const struct spec_key domain[] = {
	{.name = "name", .type = SPEC_TEXT, .required = true},
	{.name = "is_managed", .type = SPEC_BOOL},
	{CERTIFICATE("certificate_id")},
	{0},
};

#define FIXED .fixed = "make another one", .kept = true

static const struct spec_key keys[] = {
	{KEY("region"), .type = SPEC_REF, .kind = "regions", FIXED,
		.help = "where it is; a global one is nowhere", .example = "sgp1"},
	{KEY("forwarding_rules"), .type = SPEC_ITEMS, .members = rule, .required = true,
		.help = "a line each: what it takes, and what the droplets get; "
			"certificate_id=NAME "
			"or tls_passthrough=true for https",
		.example = "http 80 to http 8080"},
	{KEY("droplet_ids"), .type = SPEC_REFS, .kind = "droplets", .by = "id", .unless = "tag",
		.fallback = "", .help = "the droplets behind it", .example = "web1, web2"},
	{KEY("tag"), .type = SPEC_REF, .kind = "tags",
		.help = "or all droplets with this tag, whenever they get it", .example = "web"},
	KEY_NUMBER("size_unit", 1, 100, "so many nodes", "2"),
	{KEY("size"), .type = SPEC_TEXT, .among = "lb-small lb-medium lb-large",
		.unless = "size_unit", .help = "the same in regions without size_unit",
		.example = "lb-small"},
	KEY_AMONG("health_check/protocol", "http https tcp", "how droplets are asked", "http"),
	KEY_NUMBER("health_check/port", 1, 65535, "on which port", "8080"),
	{KEY("health_check/path"), .type = SPEC_TEXT, .help = "for which page",
		.example = "/health"},
	KEY_NUMBER("health_check/check_interval_seconds", 3, 300, "how often", "10"),
	KEY_NUMBER("health_check/response_timeout_seconds", 3, 300, "how long it waits", "5"),
	KEY_NUMBER(
		"health_check/unhealthy_threshold", 2, 10, "failures until one is left out", "5"),
	KEY_NUMBER("health_check/healthy_threshold", 2, 10, "answers until one is back", "3"),
	KEY_AMONG("sticky_sessions/type", "cookies none", "cookies keep a visitor on one droplet",
		"cookies"),
	{KEY("sticky_sessions/cookie_name"), .type = SPEC_TEXT, .help = "the cookie's name",
		.example = "DO-LB"},
	KEY_NUMBER("sticky_sessions/cookie_ttl_seconds", 1, 86400, "how long it is good", "300"),
	KEY_SWITCH("redirect_http_to_https", "http on port 80 is sent on to https on 443"),
	KEY_SWITCH("enable_proxy_protocol", "tells droplets the visitor's address so"),
	KEY_SWITCH("enable_backend_keepalive", "keeps connections to droplets open"),
	KEY_NUMBER("http_idle_timeout_seconds", 30, 600, "until an idle connection ends", "60"),
	{KEY("vpc_uuid"), .type = SPEC_REF, .kind = "vpcs", .by = "id", FIXED,
		.help = "its private network; without it the region's default one",
		.example = "backend"},
	{KEY("project_id"), .type = SPEC_REF, .kind = "projects", .by = "id",
		.fixed = "`ln -s` in projects/*/resources moves it", .help = "its project",
		.example = "shop"},
	KEY_SWITCH("disable_lets_encrypt_dns_records", "makes no records for its certificates"),
	{KEY("firewall/allow"), .type = SPEC_WORDS,
		.help = "who may reach it: ip: or cidr:", .example = "cidr:10.0.0.0/8"},
	{KEY("firewall/deny"), .type = SPEC_WORDS, .help = "who may not", .example = "ip:1.2.3.4"},
	{KEY("network"), .type = SPEC_TEXT, .among = "EXTERNAL INTERNAL", FIXED,
		.help = "INTERNAL: no public address", .example = "EXTERNAL"},
	{KEY("network_stack"), .type = SPEC_TEXT, .among = "IPV4 DUALSTACK", FIXED,
		.help = "with an address of version 6 or not", .example = "DUALSTACK"},
	{KEY("type"), .type = SPEC_TEXT, .among = "REGIONAL REGIONAL_NETWORK GLOBAL", FIXED,
		.help = "REGIONAL_NETWORK passes packets on; GLOBAL stands before regional ones",
		.example = "REGIONAL"},
	{KEY("domains"), .type = SPEC_ITEMS, .members = domain,
		.help = "of a global one, a line each", .example = "example.com is_managed=true"},
	{KEY("glb_settings"), .type = SPEC_OBJECT, .help = "of a global one, as the API has it",
		.example = "{\"target_protocol\": \"http\", \"target_port\": 80}"},
	{KEY("target_load_balancer_ids"), .type = SPEC_REFS, .kind = "load_balancers", .by = "id",
		.help = "what a global one stands before", .example = "sgp, fra"},
	KEY_AMONG("tls_cipher_policy", "DEFAULT STRONG", "which ciphers it takes", "STRONG"),
	{0},
};

static const struct action actions[] = {
	{.name = "purge_cache",
		.method = "DELETE",
		.path = "/cache",
		.help = "empty the cache of a global one"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_load_balancers = {
	.resource = {.name = "load_balancers",
		.scope = "load_balancer",
		.path = "/v2/load_balancers",
		.list_key = "load_balancers",
		.object_key = "load_balancer",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.urn = "loadbalancer",
	.help = "one address for many droplets",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.aliases = {"id", "name"},
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
