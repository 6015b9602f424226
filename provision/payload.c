#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "component_check.h"
#include "scripts.h"
#include "stack_parts.h"
#include "text.h"

/* FNV-1a: tells versions of our own text apart, no more. */
static const uint64_t hash_start = 0xcbf29ce484222325;

static uint64_t hash(uint64_t state, const char *text)
{
	do { /* with the NUL, so that "a" "bc" is not "ab" "c" */
		state = (state ^ (unsigned char)*text) * 0x100000001b3;
	} while (*text++ != '\0');
	return state;
}

struct key_lines {
	struct text *text;
	key_finder find_key;
	void *context;
	struct error *err;
};

static int add_key(void *context, const char *name)
{
	struct key_lines *lines = context;

	CLEANUP_FREE char *key = lines->find_key(lines->context, name, lines->err);
	if (key == NULL)
		return lines->err->code != 0 ? -lines->err->code : -ENOENT;
	if (strpbrk(key, "\r\n") != NULL)
		return error_set(
			lines->err, EINVAL, "the public key %s has more than one line", name);
	text_print(lines->text, "%s %s\n", name, key);
	return 0;
}

static char *wanted_keys(
	const struct wanted *wanted, key_finder find_key, void *context, struct error *err)
{
	struct text text = {0};
	struct error why = {0};
	struct key_lines lines = {&text, find_key, context, &why};

	for (size_t i = 0; find_key != NULL && i < wanted->component->param_count; i++) {
		const char *value = wanted_value(wanted, i);
		if (param_keys(&wanted->component->params[i], value, add_key, &lines) != 0) {
			error_set(err, why.code != 0 ? why.code : EIO, "%s", why.message);
			text_finish(&text);
			return NULL;
		}
	}
	return text_take(&text);
}

int stack_hash(struct stack *stack, key_finder find_key, void *context, struct error *err)
{
	stack->hash = hash_start;
	for (size_t i = 0; i < stack->count; i++) {
		struct wanted *wanted = &stack->wanted[i];
		struct error why = {0};
		wanted->keys = wanted_keys(wanted, find_key, context, &why);
		if (wanted->keys == NULL)
			return error_move(err, &why);
		uint64_t state = hash(hash_start, wanted->component->script);
		state = hash(state, wanted->version != NULL ? wanted->version : "");
		for (size_t p = 0; p < wanted->component->param_count; p++) {
			state = hash(state, wanted->component->params[p].name);
			state = hash(state, wanted_value(wanted, p));
		}
		state = hash(state, wanted->keys);
		snprintf(wanted->key, sizeof wanted->key, "%016llx", (unsigned long long)state);
		stack->hash = hash(hash(stack->hash, wanted->component->name), wanted->key);
	}
	return 0;
}

static void put(struct text *payload, const char *path, const char *content)
{
	CLEANUP_FREE char *quoted = shell_quote(content);

	text_print(payload, "put %s %s\n", path, quoted);
}

static char *environment(const struct wanted *wanted)
{
	struct text text = {0};

	for (size_t i = 0; i < wanted->component->param_count; i++) {
		CLEANUP_FREE char *quoted = shell_quote(wanted_value(wanted, i));
		text_print(&text, "%s=%s\n", wanted->component->params[i].name, quoted);
	}
	CLEANUP_FREE char *version = shell_quote(wanted->version != NULL ? wanted->version : "");
	CLEANUP_FREE char *quoted_keys = shell_quote(wanted->keys);
	text_print(&text, "version=%s\nssh_public_keys=%s\n", version, quoted_keys);
	return text_take(&text);
}

static char *plan(const struct stack *stack, const char *run_id)
{
	struct text text = {0};

	text_print(&text, "run %s\n", run_id);
	for (size_t i = 0; i < stack->count; i++) {
		const struct wanted *wanted = &stack->wanted[i];
		char **requires = wanted->component->requires;
		text_print(&text, "%s %s ", wanted->component->name, wanted->key);
		for (size_t n = 0; requires[n] != NULL; n++)
			text_print(&text, "%s%s", n > 0 ? "," : "", requires[n]);
		text_print(&text, "%s %u%s\n", requires[0] == NULL ? "-" : "",
			wanted->component->deadline, wanted->implied ? " implied" : "");
	}
	return text_take(&text);
}

static void put_components(struct text *payload, const struct stack *stack)
{
	for (size_t i = 0; i < stack->count; i++) {
		const struct wanted *wanted = &stack->wanted[i];
		CLEANUP_FREE char *script = xasprintf("components/%s.sh", wanted->component->name);
		CLEANUP_FREE char *env = xasprintf("components/%s.env", wanted->component->name);
		CLEANUP_FREE char *values = environment(wanted);
		put(payload, script, wanted->component->script);
		put(payload, env, values);
	}
}

char *stack_payload(const struct stack *stack, const char *run_id)
{
	CLEANUP_FREE char *plan_text = plan(stack, run_id);
	CLEANUP_FREE char *text = xstrdup(stack->text);
	struct text payload = {0};

	for (char *from = text, *to = text;; from++) { /* CR LF as the runner's journal wants it */
		if (*from != '\r')
			*to++ = *from;
		if (*from == '\0')
			break;
	}
	text_print(&payload, "%s", script_text("remote", "unpack"));
	put(&payload, "runner", script_text("remote", "runner"));
	put(&payload, "follow", script_text("remote", "follow"));
	put(&payload, "prelude", script_text("remote", "prelude"));
	put_components(&payload, stack);
	put(&payload, "stack", text);
	put(&payload, "plan", plan_text);
	text_print(&payload, "start\n");
	return text_take(&payload);
}

/* Every stream that deflate makes ends well here: the output is as large as deflateBound() says. */
static unsigned char *gzip(const char *text, size_t length, size_t *ret_length)
{
	enum { GZIP = 15 + 16, MEMORY = 8 };
	z_stream stream = {0};

	if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP, MEMORY,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	size_t size = deflateBound(&stream, length);
	unsigned char *data = xmalloc(size);
	stream.next_in = (z_const Bytef *)text;
	stream.avail_in = (uInt)length;
	stream.next_out = data;
	stream.avail_out = (uInt)size;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	*ret_length = stream.total_out;
	deflateEnd(&stream);
	return data;
}

static const char boot_mark[] = "\n# docloud installs the stack: ";

char *stack_boot_line(const char *user_data)
{
	const char *found = NULL;

	/* What stands before docloud's own part is the user's. */
	for (const char *at = user_data; at != NULL && (at = strstr(at, boot_mark)) != NULL;)
		found = at += strlen(boot_mark);
	return found != NULL ? xstrndup(found, strcspn(found, "\r\n")) : NULL;
}

char *stack_boot_script(const char *payload, const char *line)
{
	enum { WIDTH = 120 };
	struct text script = {0};
	size_t length;
	CLEANUP_FREE unsigned char *packed = gzip(payload, strlen(payload), &length);
	CLEANUP_FREE char *encoded = text_base64(packed, length);

	text_print(&script, "#!/bin/sh%s%s\numask 077\n", line != NULL ? boot_mark : "",
		line != NULL ? line : "\n# docloud installs the stack.");
	text_print(&script, "base64 -d <<'END' | gzip -dc | sh -s\n");
	for (const char *at = encoded; *at != '\0'; at += strnlen(at, WIDTH))
		text_print(&script, "%.*s\n", WIDTH, at);
	text_print(&script, "END\n");
	return text_take(&script);
}

const char *stack_secret(const struct stack *stack)
{
	for (size_t i = 0; i < stack->count; i++) {
		const struct wanted *wanted = &stack->wanted[i];
		for (size_t p = 0; p < wanted->component->param_count; p++) {
			if (wanted->component->params[p].type == PARAM_SECRET &&
				wanted_value(wanted, p)[0] != '\0')
				return wanted->component->name;
		}
	}
	return NULL;
}
