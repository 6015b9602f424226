/*
 * TOKEN=… pure URL DIRECTORY: the paths that every walk goes, once each and without a mount, for tests/bench/instructions to
 * count in: a page of the API becomes a snapshot and is read again, a directory its entries with their attributes, a file
 * its text.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/cleanup.h"
#include "api/http.h"
#include "api/items.h"
#include "api/listing.h"
#include "api/memory.h"
#include "fs/content.h"
#include "fs/tree.h"

/* What callgrind is told to count in: whole, and by its name. */
#define COUNTED __attribute__((noinline, externally_visible))
struct snapshot *pure_page(const struct http_answer *page);
void pure_refresh(const struct http_answer *page, const struct snapshot *old);
void pure_directory(struct mount *mount, struct node dir);
void pure_file(struct mount *mount, struct node file);

static void need(int rc, const struct error *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "pure: %s\n", err && err->code ? err->message : strerror(-rc));
	exit(1);
}

/* As collection.c does. */
static struct snapshot *take(const struct http_answer *page, const struct snapshot *old)
{
	const struct resource *resource = &kinds[KIND_droplets]->resource;
	struct intern *slots = intern_create(1000);
	struct known *known = known_create(old);
	struct listing listing = {0};
	struct error err = {0};
	struct items items;
	struct item item;
	int rc = items_begin(&items, page->body, page->length, resource->list_key, known, &err);

	for (; rc == 0 && (rc = items_next(&items, &item, &err)) > 0; rc = 0)
		listing_add(&listing, item.known ? object_ref(item.known)
						 : object_take(resource, slots, item.json,
							   item.text, item.length, NULL));
	need(rc, &err);
	items_finish(&items);
	known_destroy(known);
	intern_destroy(slots);
	return listing_snapshot(&listing, 0, 0);
}

COUNTED struct snapshot *pure_page(const struct http_answer *page)
{
	return take(page, NULL);
}

COUNTED void pure_refresh(const struct http_answer *page, const struct snapshot *old)
{
	snapshot_unref(take(page, old));
}

struct walk {
	struct mount *mount;
	int rc;
};

static void visit(void *context, const char *name, struct node node)
{
	struct walk *walk = context;
	struct stat attributes;
	(void)name;
	int rc = tree_stat(walk->mount, node, &attributes, NULL);
	walk->rc = rc != 0 ? rc : walk->rc;
}

/* As readdirplus does. */
static int list(struct mount *mount, struct node dir)
{
	struct walk walk = {.mount = mount};
	int rc = tree_list(mount, dir, visit, &walk, NULL);
	return rc != 0 ? rc : walk.rc;
}

COUNTED void pure_directory(struct mount *mount, struct node dir)
{
	need(list(mount, dir), NULL);
}

COUNTED void pure_file(struct mount *mount, struct node file)
{
	struct error err = {0};
	CLEANUP_FREE char *text = NULL;
	size_t length;
	need(content_read(mount, file, &text, &length, &err), &err);
}

static struct node named(struct mount *mount, struct node dir, const char *name)
{
	struct node node;
	struct error err = {0};
	need(tree_lookup(mount, dir, name, &node, &err), &err);
	return node;
}

static void visit_first(void *context, const char *name, struct node node)
{
	struct node *first = context;
	(void)name;
	if (first->type != NODE_OBJECT)
		*first = node;
}

/* The first droplet, once all that its files are made of has been read. */
static struct node first_droplet(struct mount *mount, struct node droplets)
{
	struct node first = {0};
	int rc;
	while ((rc = tree_list(mount, droplets, visit_first, &first, NULL)) == -EINPROGRESS ||
		(rc == 0 && (rc = list(mount, first)) == -EINPROGRESS))
		usleep(10000);
	need(rc, NULL);
	return first;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	CLEANUP_FREE char *components = xasprintf("%s/components", argv[2]);
	const struct mount_options options = {
		.api_url = argv[1],
		.token = getenv("TOKEN"),
		.mountpoint = "/",
		.state_dir = argv[2],
		.components_dir = components,
		.ssh_user = "root",
		.ttl_ms = 3600000,
		.timeout_ms = 60000,
		.jobs = 1,
	};
	const struct http_request request = {.method = "GET", .path = "/v2/droplets?per_page=200"};
	struct error err = {0};
	struct http_answer page;
	struct mount *mount = mount_create(&options, &err);
	need(mount ? 0 : -1, &err);
	need(http_perform(mount->http, &request, &page, &err), &err);
	struct node droplets = named(mount, (struct node){.type = NODE_ROOT}, "droplets");
	struct node first = first_droplet(mount, droplets);
	pure_directory(mount, droplets);
	pure_directory(mount, first);
	pure_file(mount, named(mount, first, "json"));
	pure_file(mount, named(mount, first, "spec"));
	pure_file(mount, named(mount, first, "memory"));
	/* The last: the gaps that they leave in the heap slow what comes next. */
	struct snapshot *snapshot = pure_page(&page);
	pure_refresh(&page, snapshot);
	snapshot_unref(snapshot);
	http_answer_finish(&page);
	mount_destroy(mount);
	return 0;
}
