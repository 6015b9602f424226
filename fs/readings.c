#include "readings.h"

#include <stdlib.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/memory.h"
#include "content.h"

#define KEPT 64

struct reading {
	uint64_t ino; /* 0: free */
	int64_t made; /* clock_ms() */
	char *text;
	size_t length;
};

struct readings {
	pthread_mutex_t lock; /* leaf: of kept */
	struct reading kept[KEPT];
};

struct readings *readings_create(void)
{
	struct readings *readings = xcalloc(1, sizeof(*readings));
	pthread_mutex_init(&readings->lock, NULL);
	return readings;
}

void readings_destroy(struct readings *readings)
{
	if (!readings)
		return;
	for (unsigned i = 0; i < KEPT; i++)
		free(readings->kept[i].text);
	pthread_mutex_destroy(&readings->lock);
	free(readings);
}

/* That node's; with `made`, else the oldest one. Under lock. */
static struct reading *find(struct readings *readings, uint64_t ino, bool made)
{
	struct reading *oldest = &readings->kept[0];
	for (unsigned i = 0; i < KEPT; i++) {
		struct reading *at = &readings->kept[i];
		if (at->ino == ino)
			return at;
		if (at->made < oldest->made)
			oldest = at;
	}
	return made ? oldest : NULL;
}

static char *get(struct readings *readings, struct node node, int64_t max_age, size_t *ret_length)
{
	LOCKED(&readings->lock);
	const struct reading *reading = find(readings, node_pack(node), false);
	if (!reading || clock_ms() - reading->made > max_age)
		return NULL;
	*ret_length = reading->length;
	return xmemdup(reading->text, reading->length);
}

int readings_text(struct mount *mount, struct node node, int64_t max_age, char **ret,
	size_t *ret_length, struct error *err)
{
	struct readings *readings = mount->readings;
	*ret = get(readings, node, max_age, ret_length);
	if (*ret)
		return 0; /* and does not become younger by that */
	int rc = content_read(mount, node, ret, ret_length, err);
	if (rc != 0)
		return rc;
	char *kept = xmemdup(*ret, *ret_length), *gone;
	pthread_mutex_lock(&readings->lock);
	struct reading *reading = find(readings, node_pack(node), true);
	gone = reading->text;
	*reading = (struct reading){node_pack(node), clock_ms(), kept, *ret_length};
	pthread_mutex_unlock(&readings->lock);
	free(gone);
	return 0;
}
