#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "reference.h"
#include "spec.h"
#include "words.h"

/* What of a spec is sent, and what of the object goes with it. */

static const char *body_path(const struct spec_key *key)
{
	return key->body ? key->body : key->name;
}

/* Not changed by an update. */
static bool is_apart(const struct spec_key *key)
{
	return key->fixed || key->action || key->change;
}

static void put_values(const struct spec *spec, struct json *body)
{
	for (size_t i = 0; i < spec->count; i++) {
		const struct spec_value *value = &spec->values[i];
		const struct spec_key *key = value->key;
		if (value->json && key->type != SPEC_STACK && !key->local &&
			!(spec->object && is_apart(key)))
			json_put(body, body_path(key), json_copy(value->json));
	}
}

static const char *name_key(const struct kind *kind)
{
	return kind->named_by ? kind->named_by : "name";
}

/* As the API takes what it shows: of another object, its name or id. */
static struct json *shown_value(const struct spec_key *key, const struct json *object)
{
	const struct json *shown = spec_shown(key, object);
	if (key->type == SPEC_REF)
		return reference_value(kinds[kind_find(key->kind)], shown, key->by);
	return shown ? json_copy(shown) : NULL;
}

/* Of two keys that exclude each other: that which was given stays, or the one that is something. */
static void settle_rivals(const struct kind *kind, const struct spec *spec, struct json *body)
{
	for (const struct spec_key *key = kind->keys; key->name; key++) {
		const char *other = key->unless;
		if (!other || spec_is_nothing(json_get(body, body_path(key))) ||
			spec_is_nothing(json_get(body, other)))
			continue;
		json_remove(body, spec && spec_get(spec, key->name) ? other : body_path(key));
	}
}

/* What a PUT leaves as it is. */
static struct json *whole_body(const struct kind *kind, const struct json *object)
{
	struct json *body = json_object();
	const char *name = name_key(kind);
	for (const struct spec_key *key = kind->keys; key->name; key++) {
		CLEANUP_FREE char *top = xstrdup(body_path(key));
		top[strcspn(top, "/")] = '\0';
		if ((is_apart(key) && !key->kept) || json_get(body, top))
			continue;
		struct json *member = strcmp(top, body_path(key)) == 0
					      ? shown_value(key, object)
					      : json_copy(json_get(object, top));
		if (spec_is_nothing(member) && json_type(member) != JSON_ARRAY)
			json_free(member);
		else
			json_add(body, top, member);
	}
	if (*name && json_get(object, name))
		json_put(body, name, json_copy(json_get(object, name)));
	return body;
}

/* What a PATCH repeats. */
static struct json *kept_body(const struct kind *kind, const struct json *object)
{
	struct json *body = json_object();
	for (const struct spec_key *key = kind->keys; object && key->name; key++) {
		struct json *shown = key->kept ? shown_value(key, object) : NULL;
		if (shown)
			json_put(body, body_path(key), shown);
	}
	return body;
}

/* Room for what goes together: the old is not to be beside the new. */
static void clear_together(const struct spec *spec, struct json *body)
{
	for (size_t i = 0; i < spec->count; i++) {
		const struct spec_key *key = spec->values[i].key;
		if (!key->together)
			continue;
		CLEANUP_FREE char *above = xstrndup(
			key->body, (size_t)(strrchr(key->body, '/') - key->body));
		json_put(body, above, json_object());
	}
}

struct json *spec_body(const struct spec *spec)
{
	const struct kind *kind = spec->kind;
	CLEANUP_FREE char *name = name_decode(spec->name);
	bool whole = spec->object && kind->update && strcmp(kind->update, "PUT") == 0;
	struct json *body = whole ? whole_body(kind, spec->object) : kept_body(kind, spec->object);
	if (whole)
		clear_together(spec, body);
	else if (!spec->object && *name_key(kind))
		json_put(body, name_key(kind), json_new_string(name ? name : spec->name));
	put_values(spec, body);
	settle_rivals(kind, spec, body);
	return body;
}

struct json *spec_rename_body(const struct kind *kind, const struct json *object, const char *name)
{
	if (!*name_key(kind))
		return NULL;
	bool whole = strcmp(kind->update, "PUT") == 0;
	struct json *body = whole ? whole_body(kind, object) : kept_body(kind, object);
	settle_rivals(kind, NULL, body);
	json_put(body, name_key(kind), json_new_string(name));
	return body;
}
