#include "droplet.h"
#include "action.h"
#include "kind.h"
#include "rest.h"
#include "store.h"

#include <string.h>

/* A plain list has no GPU droplets, but a name finds any. */
static bool by_type(const struct object *object, const char *value)
{
	return !strcmp(object->trait, value);
}

#define DROPLET "/v2/droplets/{droplet_id}"
#define DESTROY DROPLET "/destroy_with_associated_resources"
#define DESTROY_SCOPES                                                                    \
	"droplet:delete block_storage:delete block_storage_snapshot:delete image:delete " \
	"reserved_ip:delete"

static const struct operation operations[] = {
	{"GET", "/v2/droplets", "droplet:read", 200, rest_list},
	{"POST", "/v2/droplets", "droplet:create", 202, droplet_create,
		.sample = "{'name':'sample','region':'nyc1','size':'s-1vcpu-1gb',"
			  "'image':'debian-12-x64','tags':['sampled']}"},
	{"DELETE", "/v2/droplets", "droplet:delete", 204, droplet_remove_tagged},
	{"GET", DROPLET, "droplet:read", 200, rest_get},
	{"DELETE", DROPLET, "droplet:delete", 204, rest_remove},
	{"GET", DROPLET "/backups", "droplet:read", 200, rest_tell_empty, .key = "backups"},
	{"GET", DROPLET "/backups/policy", "droplet:read", 200, droplet_backup_policy},
	{"GET", "/v2/droplets/backups/policies", "droplet:read", 200, droplet_backup_policies},
	{"GET", "/v2/droplets/backups/supported_policies", "droplet:read", 200,
		droplet_supported_policies},
	{"GET", DROPLET "/snapshots", "droplet:read", 200, droplet_snapshots},
	{"GET", DROPLET "/actions", "droplet:read", 200, action_list_of, .key = "actions"},
	{"POST", DROPLET "/actions", "droplet:update", 201, droplet_action,
		.sample = "{'type':'snapshot','name':'sample'}"},
	{"POST", "/v2/droplets/actions", "droplet:update", 201, droplet_action_tagged,
		/* The document has two forms, of which one must fit: a name that is none leaves one. */
		.sample = "{'type':'enable_ipv6','name':null}"},
	{"GET", DROPLET "/actions/{action_id}", "droplet:read", 200, action_get_of,
		.key = "action"},
	{"GET", DROPLET "/kernels", "droplet:read", 200, rest_tell_empty, .key = "kernels"},
	{"GET", DROPLET "/firewalls", "firewall:read", 200, droplet_firewalls, .key = "firewalls"},
	{"GET", DROPLET "/neighbors", "droplet:read", 200, rest_tell, .text = "{'droplets':[]}"},
	{"GET", "/v2/reports/droplet_neighbors_ids", "droplet:read", 200, droplet_neighbors_ids},
	{"GET", DESTROY, "droplet:read", 200, droplet_associated},
	{"DELETE", DESTROY "/selective", DESTROY_SCOPES, 202, droplet_destroy_selective,
		.body = "reserved_ips:[s] floating_ips:[s] snapshots:[s] volumes:[s] "
			"volume_snapshots:[s]"},
	{"DELETE", DESTROY "/dangerous", DESTROY_SCOPES, 202, droplet_destroy_dangerous},
	{"GET", DESTROY "/status", "droplet:delete", 200, droplet_destroy_status},
	{"POST", DESTROY "/retry", DESTROY_SCOPES, 202, droplet_destroy_retry},
	{0},
};

DEFINE_KIND(droplet) = {
	.path = "/v2/droplets",
	.list_key = "droplets",
	.object_key = "droplet",
	.id_key = "id",
	.identity = IDENTITY_NUMBER,
	.first_number = 512000000,
	.urn = "droplet",
	.filters = {{"name"}, {"tag_name", object_has_tag}, {"type", by_type, "droplets"}},
	.references = {{"vpc_uuid", KIND_VPC, RELEASE_REFUSE, 403,
		"Can not delete VPC with members"}},
	.operations = operations,
	.trait = droplet_trait,
	.list = droplet_list,
	.gone = droplet_gone,
	.acted = droplet_action_finish,
};

/* The reports of destroy_with_associated_resources; not listed anywhere. */
DEFINE_KIND(destruction) = {
	.path = "/sandbox/destructions",
	.id_key = "id",
	.identity = IDENTITY_GIVEN,
};
