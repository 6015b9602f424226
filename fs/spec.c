#include "spec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "api/utf8.h"
#include "document.h"
#include "provision/stack.h"
#include "reference.h"
#include "words.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
enum { WRONG_MAX = 4096 };

/* Mistakes. */

static void wrong(struct spec *spec, unsigned line, const char *format, va_list arguments)
{
	if (spec->wrong.length > WRONG_MAX)
		return;
	CLEANUP_FREE char *text = xvasprintf(format, arguments);
	text_print(&spec->wrong, "%s", spec->wrong.length ? "; " : "");
	if (line)
		text_print(&spec->wrong, "line %u: ", line);
	text_print(&spec->wrong, "%s", text);
}

static void wrong_line(struct spec *spec, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void wrong_line(struct spec *spec, unsigned line, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	wrong(spec, line, format, arguments);
	va_end(arguments);
}

static struct spec_value *value_find(const struct spec *spec, const char *key)
{
	for (size_t i = 0; key && i < spec->count; i++)
		if (strcmp(spec->values[i].key->name, key) == 0)
			return &spec->values[i];
	return NULL;
}

void spec_wrong(struct spec *spec, const char *key, const char *format, ...)
{
	struct spec_value *value = value_find(spec, key);
	va_list arguments;
	if (value)
		value->wrong = true;
	va_start(arguments, format);
	wrong(spec, value ? value->line : spec->item_line, format, arguments);
	va_end(arguments);
}

/* Reading. */

static void unknown_key(struct spec *spec, unsigned line, const char *key)
{
	const struct spec_key *keys = spec->kind->keys;
	CLEANUP_WORDS struct words names = {0};
	char plain[80];
	CLEANUP_TEXT struct text all = {0};
	for (size_t i = 0; keys[i].name; i++) {
		words_add(&names, xstrdup(keys[i].name));
		text_print(&all, "%s%s", i ? ", " : "", keys[i].name);
	}
	const char *near = word_nearest(key, (const char *const *)names.items);
	text_plain(plain, sizeof(plain), key);
	if (near)
		wrong_line(spec, line, "unknown key “%s”: did you mean %s?", plain, near);
	else
		wrong_line(spec, line, "unknown key “%s”: there are %s", plain,
			all.data ? all.data : "none");
}

/* The object is called as its directory; that a spec says so, too, is no mistake. */
static void take_name(struct spec *spec, unsigned line, const char *text)
{
	CLEANUP_FREE char *name = name_decode(spec->name);
	char plain[80];
	if (text && (strcmp(text, spec->name) == 0 || (name && strcmp(text, name) == 0)))
		return;
	wrong_line(spec, line,
		"the name is that of the directory, “%s”: leave the key out, or rename with mv",
		text_plain(plain, sizeof(plain), spec->name));
}

static void add_value(struct spec *spec, unsigned line, const char *key, struct spec_value value)
{
	const struct spec_key *known = spec->kind->keys;
	const char *named = spec->kind->named_by;
	bool names = strcmp(key, "name") == 0 || (named && *named && strcmp(key, named) == 0);
	while (known->name && strcmp(known->name, key) != 0)
		known++;
	struct spec_value *first = known->name ? value_find(spec, key) : NULL;
	if (first && line && known->type == SPEC_ITEMS) {
		/* Each on a line of its own. */
		char *both = xasprintf("%s; %s", first->text, value.text);
		free(first->text);
		first->text = both;
	} else if (first && line)
		wrong_line(spec, line, "%s is there twice, first on line %u", key, first->line);
	else if (first)
		wrong_line(spec, line, "%s is there twice", key);
	else if (!known->name && names)
		take_name(spec, line, value.text);
	else if (!known->name)
		unknown_key(spec, line, key);
	if (first || !known->name) {
		free(value.text);
		return;
	}
	value.key = known;
	value.line = line;
	spec->values = xrealloc(spec->values, spec->count + 1, sizeof(*spec->values));
	spec->values[spec->count++] = value;
}

/* False, and a mistake noted, for bytes that no text file has. */
static bool characters_ok(struct spec *spec, unsigned number, const char *line, size_t length)
{
	size_t key = strspn(line, " \t"), end = strcspn(line + key, " \t=");
	uint32_t point = 0;
	if (!memchr(line, '=', length) || end > 40)
		end = 0;
	for (size_t at = 0; at < length;) {
		size_t size = utf8_next(line + at, &point);
		bool control = size > 0 && utf8_is_control(point) && point != '\t';
		if (line[at] == '\0')
			wrong_line(spec, number, "%.*s%sthere is a NUL in it", (int)end, line + key,
				end ? ": " : "");
		else if (size == 0)
			wrong_line(spec, number, "%.*s%sthat is not UTF-8", (int)end, line + key,
				end ? ": " : "");
		else if (control)
			wrong_line(spec, number,
				"%.*s%sthere is a control character (0x%02x) in it", (int)end,
				line + key, end ? ": " : "", (unsigned)point);
		if (line[at] == '\0' || size == 0 || control)
			return false;
		at += size;
	}
	return true;
}

/* A line that no key begins, after one whose value is secret: likely more of it, as of a key that was pasted. */
static bool is_more_of_secret(const struct spec *spec, const char *line)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_/";
	size_t length = strspn(line, letters);
	return spec->count > 0 && spec->values[spec->count - 1].key->secret &&
	       (length > 40 || line[length + strspn(line + length, " \t")] != '=');
}

static void take_line(struct spec *spec, unsigned number, char *line)
{
	char plain[60];
	size_t end = line_length(line);
	bool commented = line[end] == '#';
	line[end] = '\0';
	line = word_trim(line);
	if (!*line)
		return;
	if (is_more_of_secret(spec, line)) {
		if (!spec->more)
			wrong_line(spec, number,
				"no `key = value`: what has several lines is one, in quotes with "
				"\\n for each end, or the spec is YAML or JSON");
		spec->more = true;
		return;
	}
	char *equals = strchr(line, '=');
	if (!equals) {
		wrong_line(spec, number, "“%s” is no `key = value`%s",
			text_plain(plain, sizeof(plain), line),
			strchr(line, ':') ? ": a spec in YAML is YAML from its first line on" : "");
		return;
	}
	*equals = '\0';
	const char *key = word_trim(line), *value = word_trim(equals + 1);
	if (commented && !*value)
		wrong_line(spec, number,
			"%s has no value, for # begins a comment: quote what has one, “\"#…\"”, or "
			"leave the line out",
			text_plain(plain, sizeof(plain), key));
	else
		add_value(spec, number, key, (struct spec_value){.text = xstrdup(value)});
}

static void take_lines(struct spec *spec, const char *text, size_t length)
{
	const char *end = text + length;
	for (unsigned number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		if (!newline && spec->partial)
			return;
		size_t size = (size_t)((newline ? newline : end) - text);
		size_t shown = size > 0 && text[size - 1] == '\r' ? size - 1 : size;
		CLEANUP_FREE char *line = xmalloc(shown + 1);
		memcpy(line, text, shown);
		line[shown] = '\0';
		if (characters_ok(spec, number, line, shown))
			take_line(spec, number, line);
		text += size + 1;
	}
}

/* Members of an object that is none of the keys, "health_check": {"port": 80}, may be keys: "health_check/port". */
static bool has_keys_in(const struct spec *spec, const char *path)
{
	size_t length = strlen(path);
	for (const struct spec_key *key = spec->kind->keys; key->name; key++)
		if (strncmp(key->name, path, length) == 0 && key->name[length] == '/')
			return true;
	return false;
}

static void take_members(struct spec *spec, const struct json *object, const char *above)
{
	for (const struct json *member = json_first(object); member; member = json_next(member)) {
		enum json_type type = json_type(member);
		bool single = type == JSON_STRING || type == JSON_NUMBER || type == JSON_BOOL;
		CLEANUP_FREE char *path = xasprintf(
			"%s%s%s", above, *above ? "/" : "", json_key(member));
		if (type == JSON_OBJECT && has_keys_in(spec, path))
			take_members(spec, member, path);
		else if (type != JSON_NULL)
			add_value(spec, 0, path,
				(struct spec_value){.text = single ? json_text(member) : NULL,
					.literal = true,
					.raw = member});
	}
}

static int take_whole(struct spec *spec, const char *text, size_t length, struct error *err)
{
	spec->whole = document_parse(text, length, err);
	if (!spec->whole)
		return -EINVAL;
	if (json_type(spec->whole) != JSON_OBJECT)
		return error_set(err, EINVAL,
			"that is no object: `key = value`, YAML and JSON with keys are taken");
	take_members(spec, spec->whole, "");
	return 0;
}

/* Checking. */

static void check_missing(struct spec *spec)
{
	for (const struct spec_key *key = spec->kind->keys; key->name; key++) {
		const struct spec_value *value = value_find(spec, key->name);
		if (key->required && (!value || (!value->json && !value->wrong)))
			spec_wrong(spec, key->name, "%s is missing: `%s = %s`", key->name,
				key->name, key->example ? key->example : "…");
	}
}

bool spec_is_nothing(const struct json *value)
{
	const char *text = json_string(value);
	return !value || json_type(value) == JSON_NULL || (text && !*text) ||
	       (json_type(value) == JSON_ARRAY && !json_first(value));
}

static void check_rivals(struct spec *spec)
{
	for (const struct spec_key *key = spec->kind->keys; key->name; key++)
		if (key->unless && !spec_is_nothing(spec_get(spec, key->name)) &&
			!spec_is_nothing(spec_get(spec, key->unless)))
			spec_wrong(spec, key->name, "%s and %s exclude each other", key->name,
				key->unless);
}

static void check_later(struct spec *spec)
{
	for (size_t i = 0; i < spec->count; i++) {
		const struct spec_value *value = &spec->values[i];
		bool says = json_type(value->json) != JSON_BOOL || json_is_true(value->json);
		if (value->key->later && value->json && says)
			spec_wrong(spec, value->key->name, "%s is no part of a create: %s",
				value->key->name, value->key->later);
	}
}

/* What a create says though nobody wrote it. */
static void add_fallbacks(struct spec *spec)
{
	for (const struct spec_key *key = spec->kind->keys; key->name; key++)
		if (key->fallback && !value_find(spec, key->name) && !value_find(spec, key->unless))
			add_value(spec, 0, key->name,
				(struct spec_value){.text = xstrdup(key->fallback)});
}

static int spec_check(struct spec *spec, struct error *err)
{
	struct error limit = {0};
	int rc = 0;
	if (!spec->object && !spec->partial)
		add_fallbacks(spec);
	for (size_t i = 0; i < spec->count && rc == 0; i++)
		rc = spec_convert(spec, &spec->values[i], err);
	if (rc != 0)
		return rc;
	/* A text refused as it ends a line is likely whole: then one message says all that is wrong with it. */
	size_t length = strlen(spec->text);
	bool whole = !spec->partial ||
		     (spec->wrong.length && length && spec->text[length - 1] == '\n');
	check_rivals(spec);
	if (!spec->object)
		check_later(spec);
	if (!spec->object && whole)
		check_missing(spec);
	if ((!spec->object || spec->kind->update) && spec->kind->check_spec)
		rc = spec->kind->check_spec(spec, &limit);
	if (spec->wrong.length)
		return error_set(err, EINVAL, "%s", spec->wrong.data);
	return rc == 0 || rc == -EINPROGRESS ? rc : error_set(err, -rc, "%s", limit.message);
}

static int spec_read(struct spec *spec, size_t length, struct error *err)
{
	int rc = 0;
	if (!document_begins(spec->text, length))
		take_lines(spec, spec->text, length);
	else if (!spec->partial)
		rc = take_whole(spec, spec->text, length, err);
	return rc != 0 || !spec->world.list ? rc : spec_check(spec, err);
}

int spec_parse(const struct spec_world *world, const struct kind *kind, const char *name,
	const struct json *object, const char *text, size_t length, bool partial, struct spec **ret,
	struct error *err)
{
	if (length > SPEC_MAX)
		return error_set(err, EFBIG,
			"the text is too large: %zu bytes, at most %u KiB are taken", length,
			SPEC_MAX >> 10);
	if (length >= 3 && memcmp(text, BYTE_ORDER_MARK, 3) == 0) {
		text += 3;
		length -= 3;
	}
	struct spec *spec = xcalloc(1, sizeof(*spec));
	spec->world = world ? *world : (struct spec_world){0};
	spec->kind = kind;
	spec->name = name;
	spec->object = object;
	spec->partial = partial;
	spec->text = xmalloc(length + 1);
	memcpy(spec->text, text, length);
	spec->text[length] = '\0';
	int rc = spec_read(spec, length, err);
	if (rc == 0)
		*ret = spec;
	else
		spec_free(spec);
	return rc;
}

void spec_free(struct spec *spec)
{
	if (!spec)
		return;
	for (size_t i = 0; i < spec->count; i++) {
		free(spec->values[i].text);
		json_free(spec->values[i].json);
		json_free(spec->values[i].target);
	}
	free(spec->values);
	json_free(spec->whole);
	free(spec->text);
	text_finish(&spec->wrong);
	free(spec);
}

/* Asking. */

const struct json *spec_get(const struct spec *spec, const char *key)
{
	const struct spec_value *value = value_find(spec, key);
	return value ? value->json : NULL;
}

const struct json *spec_target(const struct spec *spec, const char *key)
{
	const struct spec_value *value = value_find(spec, key);
	return value ? value->target : NULL;
}

const char *spec_stack(const struct spec *spec)
{
	for (size_t i = 0; i < spec->count; i++)
		if (spec->values[i].key->type == SPEC_STACK)
			return json_string(spec->values[i].json);
	return NULL;
}
