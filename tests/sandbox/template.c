#include "template.h"

#include "json.h"
#include "kind.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { YEAR = 31536000 };

void blanks_init(struct blanks *blanks, const struct sandbox *sandbox, const cJSON *object,
	const cJSON *owner)
{
	*blanks = (struct blanks){.sandbox = sandbox, .object = object, .owner = owner};
	identity_random_uuid(blanks->uuid);
	snprintf(blanks->secret, sizeof(blanks->secret), "%016llx%016llx",
		(unsigned long long)identity_random(), (unsigned long long)identity_random());
}

static cJSON *blank_stamp(const struct blanks *blanks, long long offset)
{
	char stamp[STAMP_SIZE];

	(void)blanks;
	identity_stamp((long long)time(NULL) + offset, stamp);
	return cJSON_CreateString(stamp);
}

static cJSON *blank_now(const struct blanks *blanks)
{
	return blank_stamp(blanks, 0);
}

static cJSON *blank_later(const struct blanks *blanks)
{
	return blank_stamp(blanks, YEAR);
}

static cJSON *blank_uuid(const struct blanks *blanks)
{
	return cJSON_CreateString(blanks->uuid);
}

static cJSON *blank_secret(const struct blanks *blanks)
{
	return cJSON_CreateString(blanks->secret);
}

static cJSON *blank_random(const struct blanks *blanks)
{
	char text[9];

	(void)blanks;
	snprintf(text, sizeof(text), "%08x", (unsigned)identity_random());
	return cJSON_CreateString(text);
}

/* Of the loopback network, and of the documentation's: nothing else is there. */
static cJSON *blank_ipv4(const struct blanks *blanks)
{
	unsigned number = (unsigned)identity_random();
	char text[32];

	(void)blanks;
	/* Of so many that hardly two are the same. */
	snprintf(text, sizeof(text), "127.%u.%u.%u", 64 + ((number >> 16) & 63),
		(number >> 8) & 255, number & 255);
	return cJSON_CreateString(text);
}

static cJSON *blank_ipv6(const struct blanks *blanks)
{
	unsigned number = (unsigned)identity_random();
	char text[48];

	(void)blanks;
	snprintf(text, sizeof(text), "2001:db8:0:2020::%x:%x", number >> 16 | 1,
		(number & 0xffff) | 1);
	return cJSON_CreateString(text);
}

static const struct {
	const char *name;
	cJSON *(*make)(const struct blanks *blanks);
} blank_names[] = {
	{"now", blank_now},
	{"later", blank_later},
	{"uuid", blank_uuid},
	{"secret", blank_secret},
	{"random", blank_random},
	{"ipv4", blank_ipv4},
	{"ipv6", blank_ipv6},
};

/* The id of the newest object of a kind, or the oldest. */
static cJSON *blank_id(const struct blanks *blanks, const char *name, bool newest)
{
	const struct store *store = blanks->sandbox->store;
	enum kind_name kind = kind_named(name, strlen(name));
	const struct object *object;
	JSON_AUTO *tree = NULL;

	if (!store_count(store, kind))
		return cJSON_CreateNull();
	object = store_at(store, kind, newest ? store_count(store, kind) - 1 : 0);
	tree = cJSON_Parse(object->text);
	return cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(tree, kind_at(kind)->id_key), true);
}

static cJSON *blank_value(const struct blanks *blanks, const char *name)
{
	const cJSON *member;

	for (size_t i = 0; i < sizeof(blank_names) / sizeof(*blank_names); i++)
		if (!strcmp(blank_names[i].name, name))
			return blank_names[i].make(blanks);
	if (*name == '=' || *name == '^')
		return blank_id(blanks, name + 1, *name == '=');
	member = strncmp(name, "owner.", 6) ? json_at(blanks->object, name)
					    : json_at(blanks->owner, name + 6);
	return member ? cJSON_Duplicate(member, true) : cJSON_CreateNull();
}

/* Copies the text with its blanks filled. */
static cJSON *template_text(const struct blanks *blanks, const char *text)
{
	char *filled = NULL;
	size_t length;
	FILE *out = open_memstream(&filled, &length);
	cJSON *result;

	if (!out)
		abort();
	while (*text) {
		char name[64], value[256];
		JSON_AUTO *item = NULL;

		if (strncmp(text, "${", 2) != 0) {
			fputc(*text++, out);
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(text + 2, "}"), text + 2);
		item = blank_value(blanks, name);
		json_scalar(item, value, sizeof(value));
		fputs(value, out);
		text += strlen(name) + 3;
	}
	fclose(out);
	result = cJSON_CreateString(filled);
	free(filled);
	return result;
}

static cJSON *template_value(const struct blanks *blanks, const cJSON *item)
{
	const char *text = cJSON_GetStringValue(item);
	cJSON *copy, *child;

	if (text)
		return *text == '$' && text[1] != '{' ? blank_value(blanks, text + 1)
						      : template_text(blanks, text);
	copy = cJSON_Duplicate(item, false);
	for (child = item->child; child; child = child->next) {
		if (cJSON_IsArray(copy))
			cJSON_AddItemToArray(copy, template_value(blanks, child));
		else
			cJSON_AddItemToObject(copy, child->string, template_value(blanks, child));
	}
	return copy;
}

static cJSON *template_parse(const char *text)
{
	TEXT_AUTO *quoted = strdup(text);
	cJSON *tree;

	if (!quoted)
		abort();
	for (char *at = quoted; (at = strchr(at, '\'')); at++)
		*at = '"';
	tree = cJSON_Parse(quoted);
	if (!tree) {
		fprintf(stderr, "docloud-sandbox: no JSON: %.60s\n", text);
		abort();
	}
	return tree;
}

cJSON *template_fill(const struct blanks *blanks, const char *text)
{
	JSON_AUTO *tree = template_parse(text);

	return template_value(blanks, tree);
}

void template_complete(const struct blanks *blanks, cJSON *object, const char *text)
{
	JSON_AUTO *tree = template_parse(text);
	const cJSON *item;

	cJSON_ArrayForEach(item, tree)
	{
		if (!cJSON_GetObjectItemCaseSensitive(object, item->string))
			cJSON_AddItemToObject(object, item->string, template_value(blanks, item));
	}
}
