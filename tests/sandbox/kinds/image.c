#include "image.h"
#include "action.h"
#include "kind.h"
#include "rest.h"
#include "store.h"

#include <string.h>

static bool by_trait(const struct object *object, const char *value)
{
	return object->trait && !strcmp(object->trait, value);
}

static bool by_privacy(const struct object *object, const char *value)
{
	return strcmp(value, "true") != 0 || by_trait(object, "private");
}

#define IMAGE "/v2/images/{image_id}"
#define DISTRIBUTION                                                                         \
	"distribution:(Arch Linux|CentOS|CoreOS|Debian|Fedora|Fedora Atomic|FreeBSD|Gentoo|" \
	"openSUSE|RancherOS|Rocky Linux|Ubuntu|Unknown)"
#define TRANSFER(more) \
	.body = "transfer_id!:i" more, .sample = "{'transfer_id':1,'recipient_uuid':'${uuid}'}"

static const struct operation operations[] = {
	{"GET", "/v2/images", "image:read", 200, rest_list},
	{"POST", "/v2/images", "image:create", 202, rest_create,
		.body = "name!:s url!:s region!:=region description:s tags:[s] " DISTRIBUTION,
		.sample = "{'name':'sample','url':'http://example.com/sample.qcow2','region':"
			  "'nyc1'}"},
	{"GET", IMAGE, "image:read", 200, rest_get},
	{"PUT", IMAGE, "image:update", 200, rest_update,
		.body = "name:s description:s " DISTRIBUTION, .sample = "{'name':'renamed'}"},
	{"DELETE", IMAGE, "image:delete", 204, rest_remove},
	{"POST", IMAGE "/account_transfer", "image:update image:delete", 201, image_transfer,
		.body = "recipient_email:s recipient_uuid:s",
		.sample = "{'recipient_email':'somebody@example.com'}"},
	{"POST", IMAGE "/account_transfer/accept", "image:create", 201, image_transfer_end,
		TRANSFER(" -recipient_uuid!:s")},
	{"POST", IMAGE "/account_transfer/cancel", "image:update", 204, image_transfer_end,
		TRANSFER("")},
	{"POST", IMAGE "/account_transfer/decline", "image:create", 204, image_transfer_end,
		TRANSFER("")},
	{"GET", IMAGE "/actions", "image:read", 200, action_list_of, .key = "actions"},
	{"POST", IMAGE "/actions", "image:update", 201, image_action,
		.body = "type!:(convert|transfer) region:=region",
		.sample = "{'type':'transfer','region':'ams3'}"},
	{"GET", IMAGE "/actions/{action_id}", "image:read", 200, action_get_of, .key = "action"},
	{0},
};

DEFINE_KIND(image) = {
	.path = "/v2/images",
	.list_key = "images",
	.object_key = "image",
	.id_key = "id",
	.alias_key = "slug",
	.identity = IDENTITY_NUMBER,
	.first_number = 183000000,
	.template = "{'type':'custom','distribution':'Unknown','slug':null,'public':false,"
		    "'created_at':'${now}','min_disk_size':0,'size_gigabytes':0,'description':'',"
		    "'tags':[],'error_message':''}",
	.life = {"status", "NEW", "available", 1},
	.filters = {{"type", by_trait}, {"private", by_privacy}, {"tag_name", object_has_tag}},
	.operations = operations,
	.trait = image_trait,
	.create = image_create,
	.update = image_update,
	.remove = image_remove,
	.gone = image_gone,
	.acted = image_action_finish,
};

#define SNAPSHOT "/v2/snapshots/{snapshot_id}"

static const struct operation snapshot_operations[] = {
	{"GET", "/v2/snapshots", "snapshot:read", 200, rest_list},
	{"GET", SNAPSHOT, "snapshot:read", 200, rest_get},
	{"DELETE", SNAPSHOT, "snapshot:delete", 204, rest_remove},
	{"GET", "/v2/volumes/snapshots/{snapshot_id}", "block_storage_snapshot:read", 200,
		rest_get},
	{"DELETE", "/v2/volumes/snapshots/{snapshot_id}", "block_storage_snapshot:delete", 204,
		rest_remove},
	{0},
};

DEFINE_KIND(snapshot) = {
	.path = "/v2/snapshots",
	.list_key = "snapshots",
	.object_key = "snapshot",
	.id_key = "id",
	.identity = IDENTITY_GIVEN,
	.filters = {{"resource_type", by_trait}},
	.operations = snapshot_operations,
	.trait = snapshot_trait,
	.gone = snapshot_gone,
};
