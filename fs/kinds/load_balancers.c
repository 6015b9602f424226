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
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"vpc", "vpcs", "the private network it is in", .path = "vpc_uuid", .one = true},
	{"droplets", "droplets",
		"the droplets behind it: `ln -s ../../../droplets/X load_balancers/L/droplets/`, rm; not where a tag "
		"says which",
		.path = "droplet_ids", .link = {"/droplets", "droplet_ids[]"}},
	{0},
};

static const struct spec_key rule[] = {
	{"entry_protocol", SPEC_TEXT, .required = true, .among = "http https http2 http3 tcp udp"},
	{"entry_port", SPEC_NUMBER, .required = true, LIMITS(1, 65535)},
	{"target_protocol", SPEC_TEXT, .required = true, .among = "http https http2 tcp udp", .lead = "to"},
	{"target_port", SPEC_NUMBER, .required = true, LIMITS(1, 65535)},
	{"certificate_id", SPEC_REF, .kind = "certificates"},
	{"tls_passthrough", SPEC_BOOL},
	{0},
};

#define STAYS FIXED, .kept = true

static const struct spec_key keys[] = {
	{"region", SPEC_REF, "where it is; a global one is nowhere", "sgp1", .kind = "regions", STAYS},
	{"forwarding_rules", SPEC_ITEMS,
		"a line each: what it takes, and what the droplets get; certificate_id=NAME or tls_passthrough=true "
		"for https",
		"http 80 to http 8080", .members = rule, .required = true},
	{"droplet_ids", SPEC_REFS, "the droplets behind it", "web1, web2", .kind = "droplets", .unless = "tag",
		.fallback = ""},
	{"tag", SPEC_REF, "or all droplets with this tag, whenever they get it", "web", .kind = "tags"},
	{"size_unit", SPEC_NUMBER, "so many nodes", "2", LIMITS(1, 100)},
	{"size", SPEC_TEXT, "the same in regions without size_unit", "lb-small", .among = "lb-small lb-medium lb-large",
		.unless = "size_unit"},
	{"health_check/protocol", SPEC_TEXT, "how droplets are asked", "http", .among = "http https tcp"},
	{"health_check/port", SPEC_NUMBER, "on which port", "8080", LIMITS(1, 65535)},
	{"health_check/path", SPEC_TEXT, "for which page", "/health"},
	{"health_check/check_interval_seconds", SPEC_NUMBER, "how often", "10", LIMITS(3, 300)},
	{"health_check/response_timeout_seconds", SPEC_NUMBER, "how long it waits", "5", LIMITS(3, 300)},
	{"health_check/unhealthy_threshold", SPEC_NUMBER, "failures until one is left out", "5", LIMITS(2, 10)},
	{"health_check/healthy_threshold", SPEC_NUMBER, "answers until one is back", "3", LIMITS(2, 10)},
	{"sticky_sessions/type", SPEC_TEXT, "cookies keep a visitor on one droplet", "cookies",
		.among = "cookies none"},
	{"sticky_sessions/cookie_name", SPEC_TEXT, "the cookie's name", "DO-LB"},
	{"sticky_sessions/cookie_ttl_seconds", SPEC_NUMBER, "how long it is good", "300", LIMITS(1, 86400)},
	{"redirect_http_to_https", SPEC_BOOL, "http on port 80 is sent on to https on 443", "true"},
	{"enable_proxy_protocol", SPEC_BOOL, "tells droplets the visitor's address so", "true"},
	{"enable_backend_keepalive", SPEC_BOOL, "keeps connections to droplets open", "true"},
	{"http_idle_timeout_seconds", SPEC_NUMBER, "until an idle connection ends", "60", LIMITS(30, 600)},
	{"vpc_uuid", SPEC_REF, "its private network; without it the region's default one", "backend", .kind = "vpcs",
		STAYS},
	{"project_id", SPEC_REF, "its project", "shop", .kind = "projects",
		.fixed = "`ln -s` in projects/*/resources moves it", .kept = true},
	{"disable_lets_encrypt_dns_records", SPEC_BOOL, "makes no records for its certificates", "true"},
	{"firewall/allow", SPEC_WORDS, "who may reach it: ip: or cidr:", "cidr:10.0.0.0/8"},
	{"firewall/deny", SPEC_WORDS, "who may not", "ip:1.2.3.4"},
	{"network", SPEC_TEXT, "INTERNAL: no public address", "EXTERNAL", .among = "EXTERNAL INTERNAL", STAYS},
	{"network_stack", SPEC_TEXT, "with an address of version 6 or not", "DUALSTACK", .among = "IPV4 DUALSTACK",
		STAYS},
	{"type", SPEC_TEXT, "REGIONAL_NETWORK passes packets on; GLOBAL stands before regional ones", "REGIONAL",
		.among = "REGIONAL REGIONAL_NETWORK GLOBAL", STAYS},
	{"domains", SPEC_ITEMS, "of a global one, a line each", "example.com is_managed=true",
		.members = MEMBERS({"name", SPEC_TEXT, .required = true}, {"is_managed", SPEC_BOOL},
			{"certificate_id", SPEC_REF, .kind = "certificates"})},
	{"glb_settings", SPEC_OBJECT, "of a global one, as the API has it",
		"{\"target_protocol\": \"http\", \"target_port\": 80}"},
	{"target_load_balancer_ids", SPEC_REFS, "what a global one stands before", "sgp, fra",
		.kind = "load_balancers"},
	{"tls_cipher_policy", SPEC_TEXT, "which ciphers it takes", "STRONG", .among = "DEFAULT STRONG"},
	{0},
};

const struct kind kind_load_balancers = {
	.resource = {"load_balancers", "/v2/load_balancers", .scope = "load_balancer", .list_key = "load_balancers",
		.object_key = "load_balancer", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.urn = "loadbalancer",
	.help = "one address for many droplets",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = ACTIONS({"purge_cache", "empty the cache of a global one", .method = "DELETE", .path = "/cache"}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
