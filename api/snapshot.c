#include "snapshot.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "utf8.h"

enum {
	NAME_BYTES_MAX = 255, /* NAME_MAX of every file system that matters */
	ESCAPE_LENGTH = 3,
};

/* Must this character be written as %XX, as the first one or further on? */
static bool needs_escape(uint32_t point, bool first)
{
	return utf8_is_control(point) || point == '/' || point == '%' || (first && point == '.');
}

char *name_encode(const char *name)
{
	char text[NAME_BYTES_MAX + 1];
	size_t used = 0;

	if (name[0] == '\0')
		return xstrdup("%00"); /* no file has no name; decodes to nothing again */
	for (const char *at = name; *at != '\0';) {
		uint32_t point = 0;
		size_t length = utf8_next(at, &point);
		bool escape = length == 0 || needs_escape(point, at == name);

		if (length == 0)
			length = 1;
		if (used + (escape ? length * ESCAPE_LENGTH : length) > NAME_BYTES_MAX)
			break;
		for (size_t i = 0; i < length; i++) {
			if (escape)
				used += (size_t)snprintf(text + used, ESCAPE_LENGTH + 1, "%%%02X",
					(unsigned char)at[i]);
			else
				text[used++] = at[i];
		}
		at += length;
	}
	return xstrndup(text, used);
}

static int hex_value(char digit)
{
	if (isdigit((unsigned char)digit))
		return digit - '0';
	return isxdigit((unsigned char)digit) ? tolower((unsigned char)digit) - 'a' + 10 : -1;
}

char *name_decode(const char *file_name)
{
	char *name = xmalloc(strlen(file_name) + 1), *to = name;

	for (const char *at = file_name; *at != '\0'; at++) {
		int high, low;

		if (*at != '%') {
			*to++ = *at;
			continue;
		}
		if ((high = hex_value(at[1])) < 0 || (low = hex_value(at[2])) < 0) {
			free(name);
			return NULL;
		}
		*to++ = (char)(high << 4 | low);
		at += 2;
	}
	*to = '\0';
	return name;
}

struct object *object_ref(struct object *object)
{
	__atomic_add_fetch(&object->refs, 1, __ATOMIC_RELAXED);
	return object;
}

/* An object is one allocation: its strings stand behind it (see listing.c). */
void object_unref(struct object *object)
{
	if (object != NULL && __atomic_sub_fetch(&object->refs, 1, __ATOMIC_ACQ_REL) == 0)
		free(object);
}

struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	__atomic_add_fetch(&snapshot->refs, 1, __ATOMIC_RELAXED);
	return snapshot;
}

void snapshot_unref(struct snapshot *snapshot)
{
	if (snapshot == NULL || __atomic_sub_fetch(&snapshot->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (size_t i = 0; i < snapshot->count; i++)
		object_unref(snapshot->by_name[i]);
	free(snapshot->by_name);
	free(snapshot->by_id);
	free(snapshot);
}

bool object_is(const struct object *a, const struct object *b)
{
	return a == b;
}

bool object_has_id_of(const struct object *a, const struct object *b)
{
	return strcmp(a->id, b->id) == 0;
}

static bool has_place_of(const struct object *a, const struct object *b)
{
	return a == b || (a->slot == b->slot && strcmp(a->name, b->name) == 0);
}

bool snapshot_match(const struct snapshot *a, const struct snapshot *b,
	bool (*match)(const struct object *a, const struct object *b))
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!match(a->by_id[i], b->by_id[i]))
			return false;
	return true;
}

void snapshot_follow(struct snapshot *fresh, const struct snapshot *old)
{
	if (old == NULL)
		return;
	int64_t now = clock_real_ns();
	fresh->changed = snapshot_match(old, fresh, object_is) ? old->changed : now;
	fresh->listed = snapshot_match(old, fresh, has_place_of) ? old->listed : now;
}

size_t snapshot_after(const struct snapshot *snapshot, const char *name)
{
	size_t low = 0, high = snapshot->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(snapshot->by_name[middle]->name, name) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct object *snapshot_by_name(const struct snapshot *snapshot, const char *name)
{
	size_t after = snapshot_after(snapshot, name);

	if (after == 0 || strcmp(snapshot->by_name[after - 1]->name, name) != 0)
		return NULL;
	return snapshot->by_name[after - 1];
}

static int compare_id(const void *id, const void *entry)
{
	return strcmp(id, (*(struct object *const *)entry)->id);
}

struct object *snapshot_by_id(const struct snapshot *snapshot, const char *id)
{
	struct object **found = snapshot->count == 0 ? NULL
						     : bsearch(id, snapshot->by_id, snapshot->count,
							       sizeof(struct object *), compare_id);

	return found == NULL ? NULL : *found;
}
