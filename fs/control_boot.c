#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "control.h"

/* Stacks that travel in the user data of a template, and install themselves on what is made of it. */

const struct spec_key *control_boot_key(const struct kind *kind)
{
	for (const struct spec_key *key = kind->keys; key && key->name; key++)
		if (key->type == SPEC_STACK && key->body)
			return key;
	return NULL;
}

char *control_boot_line(const struct spec_key *key, const struct json *object)
{
	return stack_boot_line(json_get_string(object, key->body));
}

int control_check_secret(const struct stack *stack, const char *otherwise, struct error *err)
{
	const char *component = stack_secret(stack);
	if (!component)
		return 0;
	return error_set(err, EINVAL,
		"the password of %s would stand in the user data, which every process on the "
		"droplet can read: leave it out, and one is made there%s",
		component, otherwise);
}

bool control_boot_is_own(const struct kind *kind, const struct spec_key *key)
{
	const struct spec_key *stack = control_boot_key(kind);
	return stack && key != stack && key->body && strcmp(key->body, stack->body) == 0;
}

char *control_boot_own(
	const struct mount *mount, const struct spec_key *key, const struct json *object)
{
	return fleet_boot_own(mount->fleet, json_get_string(object, key->body));
}

/* What was written of it; NULL: nothing. */
static const char *written_own(const struct spec *spec)
{
	for (size_t i = 0; i < spec->count; i++)
		if (control_boot_is_own(spec->kind, spec->values[i].key))
			return json_string(spec->values[i].json);
	return NULL;
}

static int put_data(struct mount *mount, const char *own, const char *line, const char *place,
	struct json *body, struct error *err)
{
	struct error why = {0};
	struct stack *stack = NULL;
	int rc = *line ? control_stack(mount, line, strlen(line), false, &stack, err) : 0;
	char *data = rc == 0 ? fleet_boot_data(mount->fleet, own, stack, *line ? line : NULL, &why)
			     : NULL;
	stack_free(stack);
	if (rc != 0)
		return rc == -EINPROGRESS ? rc : error_prefix(err, "stack");
	if (!data)
		return error_set(err, why.code ? why.code : EINVAL, "%s", why.message);
	json_put(body, place, json_new_string(data));
	free(data);
	return 0;
}

int control_body(struct mount *mount, const struct spec *spec, struct json **ret, struct error *err)
{
	const struct spec_key *key = control_boot_key(spec->kind);
	CLEANUP_JSON struct json *body = spec_body(spec);
	int rc = 0;
	if (key) {
		CLEANUP_FREE char *present = control_boot_line(key, spec->object);
		CLEANUP_FREE char *line = control_stack_line(
			spec_stack(spec) ? spec_stack(spec) : present);
		CLEANUP_FREE char *before = control_boot_own(mount, key, spec->object);
		const char *own = written_own(spec) ? written_own(spec) : before;
		/* As it is, it holds the scripts of the day it was made. */
		bool same = spec->object && strcmp(line, present ? present : "") == 0 &&
			    strcmp(own ? own : "", before ? before : "") == 0;
		if (!same)
			rc = put_data(mount, own, line, key->body, body, err);
		else if (written_own(spec))
			json_put(body, key->body, json_copy(json_get(spec->object, key->body)));
	}
	if (rc == 0)
		*ret = json_copy(body);
	return rc;
}
