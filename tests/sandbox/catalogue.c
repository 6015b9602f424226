#include "catalogue.h"

#include "json.h"
#include "kind.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The data files are the API's own objects less what can be derived: where something is to be had is
 * said by "only" or "except", and is everywhere without them.
 */
static const char regions_text[] =
#include "regions.inc"
	;
static const char sizes_text[] =
#include "sizes.inc"
	;
static const char images_text[] =
#include "images.inc"
	;

/* The document's enumeration of an image's regions lacks these. */
static const char *const regions_without_images[] = {"atl1"};

static cJSON *catalogue_parse(const char *text, const char *name)
{
	cJSON *list = cJSON_Parse(text);

	if (!list) {
		fprintf(stderr, "docloud-sandbox: data/%s: no JSON at: %.40s\n", name,
			cJSON_GetErrorPtr());
		abort();
	}
	return list;
}

/* Takes "only" and "except" from the object and returns the regions they leave. */
static cJSON *catalogue_regions(const cJSON *regions, cJSON *object)
{
	JSON_AUTO *only = cJSON_DetachItemFromObject(object, "only");
	JSON_AUTO *except = cJSON_DetachItemFromObject(object, "except");
	cJSON *list = cJSON_CreateArray();
	const cJSON *region;

	cJSON_ArrayForEach(region, regions)
	{
		const char *slug = json_text(region, "slug");

		if ((!only || json_array_has(only, slug)) && !json_array_has(except, slug))
			cJSON_AddItemToArray(list, cJSON_CreateString(slug));
	}
	return list;
}

static cJSON *catalogue_disk(const char *type, double gigabytes)
{
	cJSON *disk = cJSON_CreateObject(), *size = cJSON_CreateObject();

	json_set_text(disk, "type", type);
	json_set_number(size, "amount", gigabytes);
	json_set_text(size, "unit", "gib");
	json_set(disk, "size", size);
	return disk;
}

static void catalogue_add_size(struct sandbox *sandbox, cJSON *regions, cJSON *size)
{
	JSON_AUTO *scratch = cJSON_DetachItemFromObject(size, "scratch");
	cJSON *offered = catalogue_regions(regions, size), *disks = cJSON_CreateArray(), *region;

	cJSON_AddItemToArray(
		disks, catalogue_disk(scratch ? "boot" : "local", json_number(size, "disk", 0)));
	if (scratch)
		cJSON_AddItemToArray(disks, catalogue_disk("scratch", scratch->valuedouble));
	json_set(size, "regions", offered);
	json_set(size, "disk_info", disks);
	cJSON_ArrayForEach(region, regions)
	{
		if (json_true(size, "available") &&
			json_array_has(offered, json_text(region, "slug")))
			json_array_add(
				cJSON_GetObjectItem(region, "sizes"), json_text(size, "slug"));
	}
	store_put(sandbox->store, KIND_SIZE, NULL, size, NULL);
}

static void catalogue_add_image(struct sandbox *sandbox, const cJSON *regions, cJSON *image)
{
	JSON_AUTO *note = cJSON_CreateObject();
	JSON_AUTO *kind = cJSON_DetachItemFromObject(image, "kind");
	cJSON *offered = catalogue_regions(regions, image);

	json_set_text(note, "kind", kind ? kind->valuestring : "distribution");
	for (size_t i = 0; i < sizeof(regions_without_images) / sizeof(*regions_without_images);
		i++)
		json_array_drop(offered, regions_without_images[i]);
	json_set(image, "regions", offered);
	json_set_defaults(
		image, "{\"public\":true,\"type\":\"base\",\"tags\":[],\"error_message\":\"\"}");
	store_put(sandbox->store, KIND_IMAGE, NULL, image, note);
}

void catalogue_load(struct sandbox *sandbox)
{
	JSON_AUTO *regions = catalogue_parse(regions_text, "regions.json");
	JSON_AUTO *sizes = catalogue_parse(sizes_text, "sizes.json");
	JSON_AUTO *images = catalogue_parse(images_text, "images.json");
	cJSON *item;

	cJSON_ArrayForEach(item, regions)
	{
		json_set(item, "sizes", cJSON_CreateArray());
	}
	cJSON_ArrayForEach(item, sizes)
	{
		catalogue_add_size(sandbox, regions, item);
	}
	cJSON_ArrayForEach(item, images)
	{
		catalogue_add_image(sandbox, regions, item);
	}
	cJSON_ArrayForEach(item, regions)
	{
		/* A region that takes no new droplets offers no sizes. */
		if (!json_true(item, "available"))
			json_set(item, "sizes", cJSON_CreateArray());
		store_put(sandbox->store, KIND_REGION, NULL, item, NULL);
	}
}
