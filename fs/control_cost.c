#include <string.h>

#include "api/cleanup.h"
#include "control.h"
#include "relation.h"

/*
 * What an object costs at the API's prices: those of its size; of one that has none the sum over all that it leads to
 * and that cost something.
 */
struct cost {
	double monthly, hourly;
};

static bool add_own(struct cost *cost, const struct json *object)
{
	double monthly, hourly;
	const struct json *size = json_get(object, "size");
	if (!json_number(json_get(size, "price_monthly"), &monthly) ||
		!json_number(json_get(size, "price_hourly"), &hourly))
		return false;
	cost->monthly += monthly;
	cost->hourly += hourly;
	return true;
}

static void add_target(void *context, struct object *target)
{
	/* Not object_parse(): the thread's parsed object is the one whose file is read. */
	CLEANUP_JSON struct json *json = json_parse(target->text, target->length, NULL);
	add_own(context, json);
}

/* Where there are many kinds, some have. */
static bool has_cost(int number)
{
	const struct kind *kind = number >= 0 ? kinds[number] : NULL;
	if (!kind)
		return true;
	for (const struct file *file = kind->files; file && file->name; file++)
		if (file->read == read_cost)
			return true;
	return false;
}

int read_cost(struct mount *mount, const struct subject *subject, char **ret, size_t *ret_length,
	struct error *err)
{
	struct cost cost = {0};
	int rc = 0;
	bool own = add_own(&cost, subject->json);
	/* The account's is that of all its droplets. */
	CLEANUP_SNAPSHOT struct snapshot *all = NULL;
	if (!own && subject->kind->resource.single)
		rc = cache_get(mount->cache, KIND_droplets, &all, err);
	for (size_t i = 0; all && i < all->count; i++)
		add_target(&cost, all->by_name[i]);
	for (const struct relation *relation = subject->kind->relations;
		!own && relation && relation->name && rc == 0; relation++)
		if (has_cost(kind_find(relation->kind)))
			rc = relation_visit(subject, relation, add_target, &cost, err);
	if (rc != 0)
		return rc;
	return text_format(
		ret, ret_length, "monthly %.2f\nhourly %.5f\n", cost.monthly, cost.hourly);
}
