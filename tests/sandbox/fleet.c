#include "fleet.h"

#include "droplet.h"
#include "identity.h"
#include "json.h"
#include "key.h"
#include "kind.h"
#include "network.h"
#include "sandbox.h"
#include "store.h"
#include "tag.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Public keys whose private halves nobody has. */
static const struct {
	const char *name;
	const char *public_key;
} fleet_keys[] = {
	{"sridhar@laptop",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICHzVE+nO15+ETZE5Ny/FVUxP2fCXcgvXv6KtAXVGPG7 "
		"sridhar@laptop"},
	{"sridhar@desktop",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKBXgsnGovP9WmGdsihMfwYGkLebU/Gu9DbJiNjE+2yJ "
		"sridhar@desktop"},
	{"deploy@ci",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL8u7Y6QOkBdMPvjA+8//Kh+RHJAE68boNmgRLdAsZsA "
		"deploy@ci"},
	{"backup@vault",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGBrMXeVbzMLevwE4EpFM6rA5OwKPoybZWVlclm/IGYG "
		"backup@vault"},
	{"asha@ops",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKn2s4SeDj2UmuuhLaSJjXnsc6COPTOT79lwW6bFV5me "
		"asha@ops"},
	{"oncall", "ssh-ed25519 "
		   "AAAAC3NzaC1lZDI1NTE5AAAAIG68OxOBi4dIMkC1hdWRRhBL1yT7pXduappeK7TDd4Vm oncall"},
};

static const char *const fleet_tags[] = {
	"prod", "staging", "tenant", "web", "db", "cache", "env:prod", "team-infra"};

static const char *const fleet_roles[] = {
	"web", "api", "db", "cache", "worker", "queue", "mail", "monitor", "build", "tenant"};

static const char *const fleet_regions[] = {
	"nyc1", "nyc3", "ams3", "sfo2", "sfo3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1"};

static const char *const fleet_sizes[] = {"s-1vcpu-1gb", "s-1vcpu-2gb", "s-2vcpu-2gb",
	"s-2vcpu-4gb", "s-4vcpu-8gb", "c-2", "g-2vcpu-8gb", "m-2vcpu-16gb"};

static const char *const fleet_images[] = {"ubuntu-24-04-x64", "ubuntu-22-04-x64", "debian-12-x64",
	"debian-13-x64", "rockylinux-9-x64", "fedora-42-x64"};

/* One droplet in so many is off, has backups, has a GPU. */
enum { OFF_EVERY = 9, BACKUPS_EVERY = 5, GPU_EVERY = 50 };

static const char *fleet_choose(const char *const *list, size_t count, uint64_t *random)
{
	return list[identity_next(random) % count];
}

static void fleet_load_keys(struct sandbox *sandbox)
{
	char fingerprint[FINGERPRINT_SIZE];

	for (size_t i = 0; i < COUNT(fleet_keys); i++) {
		JSON_AUTO *key = cJSON_CreateObject();

		if (!key_fingerprint(fleet_keys[i].public_key, fingerprint))
			continue;
		json_set_number(key, "id", store_next_number(sandbox->store, KIND_KEY));
		json_set_text(key, "fingerprint", fingerprint);
		json_set_text(key, "public_key", fleet_keys[i].public_key);
		json_set_text(key, "name", fleet_keys[i].name);
		store_put(sandbox->store, KIND_KEY, NULL, key, NULL);
	}
}

static void fleet_load_tags(struct sandbox *sandbox)
{
	JSON_AUTO *tags = cJSON_CreateStringArray((const char **)fleet_tags, COUNT(fleet_tags));

	tag_ensure(sandbox, tags);
}

static const char *fleet_vpc(const struct sandbox *sandbox, const char *region)
{
	char name[64];

	snprintf(name, sizeof(name), "default-%s", region);
	for (size_t i = 0; i < store_count(sandbox->store, KIND_VPC); i++)
		if (!strcmp(store_at(sandbox->store, KIND_VPC, i)->name, name))
			return store_at(sandbox->store, KIND_VPC, i)->id;
	return "";
}

static cJSON *fleet_tagging(unsigned index, const char *role, uint64_t *random)
{
	cJSON *tags = cJSON_CreateArray();

	if (index % 7 == 6) /* some have none */
		return tags;
	json_array_add(tags, fleet_choose(fleet_tags, COUNT(fleet_tags), random));
	for (size_t i = 0; i < COUNT(fleet_tags); i++)
		if (!strcmp(fleet_tags[i], role))
			json_array_add(tags, role);
	return tags;
}

static void fleet_add_features(cJSON *droplet, unsigned index, uint64_t *random)
{
	bool backups = index % BACKUPS_EVERY == 2;
	cJSON *features = cJSON_CreateArray();

	json_set(droplet, "features", features);
	if (backups)
		json_array_add(features, "backups");
	if (identity_next(random) % 3 == 0)
		json_array_add(features, "ipv6");
	if (identity_next(random) % 2 == 0)
		json_array_add(features, "monitoring");
	json_array_add(features, "droplet_agent");
	json_array_add(features, "private_networking");
	json_set(droplet, "next_backup_window", droplet_backup_window(backups));
}

static void fleet_add_droplet(struct sandbox *sandbox, unsigned index, uint64_t *random)
{
	bool gpu = index % GPU_EVERY == GPU_EVERY - 1;
	const char *role = fleet_choose(fleet_roles, COUNT(fleet_roles), random);
	const char *region = fleet_choose(fleet_regions, COUNT(fleet_regions), random);
	const char *slug = fleet_choose(fleet_sizes, COUNT(fleet_sizes), random);
	const char *image = fleet_choose(fleet_images, COUNT(fleet_images), random);
	/* Created over three years up to a fixed day: the same for the same seed. */
	long long created = 1793000000 - (long long)(identity_next(random) % 94608000);
	JSON_AUTO *droplet = cJSON_CreateObject();
	JSON_AUTO *size = NULL;
	char name[64], stamp[STAMP_SIZE];

	region = gpu ? "tor1" : region;
	size = store_read(sandbox->store, KIND_SIZE, gpu ? "gpu-4000adax1-20gb" : slug);
	identity_stamp(created, stamp);
	snprintf(name, sizeof(name), "%s-%s-%03u", gpu ? "gpu" : role, region, index + 1);
	json_set_number(droplet, "id", store_next_number(sandbox->store, KIND_DROPLET));
	json_set_text(droplet, "name", name);
	droplet_set_size(droplet, size, true);
	json_set_bool(droplet, "locked", false);
	json_set_text(droplet, "status", index % OFF_EVERY == 4 ? "off" : "active");
	json_set_text(droplet, "kernel", NULL);
	json_set_text(droplet, "created_at", stamp);
	fleet_add_features(droplet, index, random);
	json_set(droplet, "backup_ids", cJSON_CreateArray());
	json_set(droplet, "snapshot_ids", cJSON_CreateArray());
	json_set(droplet, "image", store_read(sandbox->store, KIND_IMAGE, image));
	json_set(droplet, "volume_ids", cJSON_CreateArray());
	json_set(droplet, "region", store_read(sandbox->store, KIND_REGION, region));
	json_set(droplet, "tags", fleet_tagging(index, role, random));
	json_set_text(droplet, "vpc_uuid", fleet_vpc(sandbox, region));
	droplet_set_networks(sandbox, droplet, NULL);
	if (json_array_has(cJSON_GetObjectItem(droplet, "features"), "ipv6"))
		droplet_set_ipv6(droplet);
	store_put(sandbox->store, KIND_DROPLET, NULL, droplet, NULL);
}

void fleet_load(struct sandbox *sandbox)
{
	uint64_t random = sandbox->options->seed;

	vpc_load(sandbox, &random);
	fleet_load_keys(sandbox);
	fleet_load_tags(sandbox);
	for (unsigned i = 0; i < sandbox->options->droplets; i++)
		fleet_add_droplet(sandbox, i, &random);
}
