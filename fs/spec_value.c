#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "api/utf8.h"
#include "provision/stack.h"
#include "reference.h"
#include "spec.h"
#include "words.h"

/* The single word that a value is: what a person wrote between quotes, or JSON's own text. NULL with a mistake noted. */
static char *single(struct spec *spec, struct spec_value *value, const char *what)
{
	char *text = NULL;
	if (!value->text)
		spec_wrong(spec, value->key->name, "%s takes %s", value->key->name, what);
	else if (value->literal)
		text = xstrdup(value->text);
	else if (!(text = word_unquote(value->text)))
		spec_wrong(spec, value->key->name, "%s: the quote does not end", value->key->name);
	return text;
}

/* Is it one of all that there are? If not, that is noted. */
static bool is_among(struct spec *spec, const struct spec_key *key, const char *word)
{
	CLEANUP_WORDS struct words all = {0};
	if (!key->among)
		return true;
	words_split(&all, key->among, " ");
	for (size_t i = 0; i < all.count; i++)
		if (strcmp(all.items[i], word) == 0)
			return true;
	const char *near = word_nearest(word, (const char *const *)all.items);
	spec_wrong(spec, key->name, "%s: there is no “%.60s”%s%s%s; there are %s", key->name, word,
		near ? ": did you mean " : "", near ? near : "", near ? "?" : "", key->among);
	return false;
}

static int convert_text(struct spec *spec, struct spec_value *value, struct error *err)
{
	(void)err;
	CLEANUP_FREE char *text = single(spec, value, "a text");
	if (text && !*text && value->key->clears && (value->literal || *value->text))
		value->json = json_new_string("");
	else if (text && *text && is_among(spec, value->key, text))
		value->json = json_new_string(text);
	return 0;
}

static bool is_whole(const char *text)
{
	text += *text == '-';
	return *text && strspn(text, "0123456789") == strlen(text);
}

static int convert_number(struct spec *spec, struct spec_value *value, struct error *err)
{
	(void)err;
	CLEANUP_FREE char *text = single(spec, value, "a number");
	char *end = text;
	double number = text ? strtod(text, &end) : 0;
	const struct spec_key *key = value->key;
	if (!text || !*text)
		return 0;
	bool whole = key->type == SPEC_NUMBER;
	if (end == text || *end || !isfinite(number) || (whole && !is_whole(text))) {
		spec_wrong(spec, key->name, "%s takes a %snumber, not “%.60s”", key->name,
			whole ? "whole " : "", text);
		return 0;
	}
	if (key->most > 0 && (number < key->least || number > key->most)) {
		spec_wrong(spec, key->name, "%s is from %.15g to %.15g, not %.60s", key->name,
			key->least, key->most, text);
		return 0;
	}
	if (!is_among(spec, key, text))
		return 0;
	/* All the digits of a whole one are sent, more than a double has. */
	value->json = is_whole(text) ? json_parse(text, strlen(text), NULL)
				     : json_new_number(number);
	if (!value->json)
		spec_wrong(spec, key->name, "%s: “%.20s…” is too long", key->name, text);
	return 0;
}

static int convert_bool(struct spec *spec, struct spec_value *value, struct error *err)
{
	static const struct {
		const char *word;
		bool is;
	} words[] = {{"true", true}, {"yes", true}, {"on", true}, {"1", true}, {"false", false},
		{"no", false}, {"off", false}, {"0", false}};
	(void)err;
	CLEANUP_FREE char *text = single(spec, value, "true or false");
	if (!text || !*text)
		return 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcasecmp(text, words[i].word) == 0) {
			value->json = json_new_bool(words[i].is);
			return 0;
		}
	spec_wrong(spec, value->key->name, "%s takes true or false, not “%.60s”", value->key->name,
		text);
	return 0;
}

static int convert_object(struct spec *spec, struct spec_value *value, struct error *err)
{
	(void)err;
	if (!value->text && json_type(value->raw) == JSON_OBJECT) {
		value->json = json_copy(value->raw);
		return 0;
	}
	CLEANUP_FREE char *text = single(spec, value, "a JSON object");
	if (!text || !*text)
		return 0;
	value->json = json_parse(text, strlen(text), NULL);
	if (json_type(value->json) == JSON_OBJECT)
		return 0;
	json_free(value->json);
	value->json = NULL;
	spec_wrong(spec, value->key->name, "%s takes a JSON object: {\"key\": value}",
		value->key->name);
	return 0;
}

/* Control characters come in through JSON's escapes only. */
static bool word_ok(struct spec *spec, const struct spec_key *key, const char *word)
{
	uint32_t point = 0;
	for (size_t length; *word; word += length) {
		length = utf8_next(word, &point);
		if (length > 0 && !utf8_is_control(point))
			continue;
		spec_wrong(spec, key->name, "%s: there is a control character in it", key->name);
		return false;
	}
	return true;
}

/* One word of a list that is made as it is named: a tag. */
static void add_word(
	struct spec *spec, const struct spec_key *key, struct json *list, const char *word)
{
	const struct kind *kind = key->kind ? kinds[kind_find(key->kind)] : NULL;
	struct error error = {0};
	if (!word_ok(spec, key, word) || !is_among(spec, key, word))
		return;
	if (kind && kind->hidden && kind->hidden(NULL, word))
		spec_wrong(spec, key->name, "%s: “%s” is one of docloud's own", key->name, word);
	else if (kind && kind->check_name && kind->check_name(word, &error) != 0)
		spec_wrong(spec, key->name, "%s: “%.80s”: %s", key->name, word, error.message);
	else
		json_add_string(list, NULL, word);
}

static int convert_words(struct spec *spec, struct spec_value *value, struct error *err)
{
	(void)err;
	const struct spec_key *key = value->key;
	CLEANUP_WORDS struct words words = {0};
	struct json *list = json_array();
	if (value->text) {
		CLEANUP_FREE char *text = single(spec, value, "words");
		words_split(&words, text ? text : "", ", \t");
	} else if (json_type(value->raw) == JSON_ARRAY) {
		for (const struct json *item = json_first(value->raw); item; item = json_next(item))
			words_add(&words, json_text(item));
	} else {
		spec_wrong(spec, key->name, "%s takes a list of words", key->name);
	}
	for (size_t i = 0; i < words.count; i++)
		add_word(spec, key, list, words.items[i]);
	value->json = list;
	return 0;
}

const struct json *spec_shown(const struct spec_key *key, const struct json *object)
{
	const char *body = key->body ? key->body : key->name;
	return key->unshown ? NULL : json_get(object, key->path ? key->path : body);
}

/* What the object itself shows is right as it is, though it may have left the inventory: a retired size. */
static bool resolve_present(const struct spec *spec, struct spec_value *value, const char *word)
{
	const struct kind *kind = kinds[kind_find(value->key->kind)];
	const struct json *present = spec_shown(value->key, spec->object);
	if (!present || !reference_is(kind, present, word))
		return false;
	value->json = reference_value(kind, present, value->key->by);
	value->target = json_type(present) == JSON_OBJECT ? json_copy(present) : NULL;
	return true;
}

/* *ret stays NULL, with a mistake noted unless quiet, for a word that means nothing or several things. */
static int resolve(struct spec *spec, const struct spec_key *key, const char *word, bool quiet,
	struct json **ret, struct error *err)
{
	int kind = kind_find(key->kind);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	struct object *object = NULL;
	struct error error = {0};
	int rc = spec->world.list(spec->world.context, (unsigned)kind, &snapshot, err);
	if (rc != 0)
		return rc;
	if (!quiet && !word_ok(spec, key, word))
		return 0;
	rc = reference_find(kinds[kind], snapshot, word, &object, &error);
	if (rc == 0)
		*ret = json_parse(object->text, object->length, NULL);
	else if (!quiet)
		spec_wrong(spec, key->name, "%s", error.message);
	return 0;
}

static int convert_ref(struct spec *spec, struct spec_value *value, struct error *err)
{
	CLEANUP_FREE char *text = single(spec, value, "one name");
	if (!text || !*text || resolve_present(spec, value, text))
		return 0;
	int rc = resolve(spec, value->key, text, false, &value->target, err);
	if (rc == 0 && value->target)
		value->json = reference_value(
			kinds[kind_find(value->key->kind)], value->target, value->key->by);
	if (value->key->text && json_type(value->json) == JSON_NUMBER) {
		CLEANUP_FREE char *number = json_text(value->json);
		json_free(value->json);
		value->json = json_new_string(number);
	}
	return rc;
}

static int add_reference(struct spec *spec, const struct spec_key *key, struct json *list,
	const char *word, bool quiet, struct error *err)
{
	CLEANUP_JSON struct json *target = NULL;
	int rc = resolve(spec, key, word, quiet, &target, err);
	if (rc != 0 || !target)
		return rc;
	json_add(list, NULL, reference_value(kinds[kind_find(key->kind)], target, key->by));
	return 1;
}

/* What stands between two commas: one name, which may hold spaces, or several between spaces. */
static int add_references(struct spec *spec, const struct spec_key *key, struct json *list,
	char *piece, struct error *err)
{
	CLEANUP_WORDS struct words words = {0};
	piece = word_trim(piece);
	bool spaces = strpbrk(piece, " \t") != NULL;
	int rc = spaces ? add_reference(spec, key, list, piece, true, err) : 0;
	if (rc != 0)
		return rc < 0 ? rc : 0;
	words_split(&words, piece, " \t");
	for (size_t i = 0; i < words.count && rc >= 0; i++) {
		CLEANUP_FREE char *word = word_unquote(words.items[i]);
		if (word)
			rc = add_reference(spec, key, list, word, false, err);
		else
			spec_wrong(spec, key->name, "%s: the quote does not end", key->name);
	}
	return rc < 0 ? rc : 0;
}

static int convert_refs(struct spec *spec, struct spec_value *value, struct error *err)
{
	const struct spec_key *key = value->key;
	CLEANUP_WORDS struct words pieces = {0};
	value->json = json_array();
	int rc = 0;
	if (value->text) {
		words_split(&pieces, value->text, ",");
		for (size_t i = 0; i < pieces.count && rc == 0; i++)
			rc = add_references(spec, key, value->json, pieces.items[i], err);
		return rc;
	}
	if (json_type(value->raw) != JSON_ARRAY)
		spec_wrong(spec, key->name, "%s takes a list of names", key->name);
	for (const struct json *item = json_first(value->raw); item && rc >= 0;
		item = json_next(item)) {
		CLEANUP_FREE char *word = json_text(item);
		rc = add_reference(spec, key, value->json, word, false, err);
	}
	return rc < 0 ? rc : 0;
}

struct json *spec_word(const char *text, bool quoted)
{
	/* "0123" would come back as another one; more than 19 digits no int64 has. */
	bool digits = strspn(text, "0123456789") == strlen(text) && strlen(text) < 20 && *text &&
		      (*text != '0' || !text[1]);
	if (!quoted && digits)
		return json_parse(text, strlen(text), NULL);
	if (!quoted && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
		return json_new_bool(*text == 't');
	return json_new_string(text);
}

/* `key=value …`: an object. */
static struct json *plain_item(const char *words, struct error *err)
{
	CLEANUP_WORDS struct words pairs = {0};
	struct json *item = json_object();
	words_split(&pairs, words, " \t");
	for (size_t i = 0; i < pairs.count; i++) {
		char *equals = strchr(pairs.items[i], '=');
		bool named = pairs.items[i][strspn(pairs.items[i], "/")] != '=';
		CLEANUP_FREE char *text = equals && named ? word_unquote(equals + 1) : NULL;
		if (!text) {
			error_set(err, EINVAL, "“%.60s” is no key=value", pairs.items[i]);
			json_free(item);
			return NULL;
		}
		*equals = '\0';
		json_put(item, pairs.items[i], spec_word(text, equals[1] == '"'));
	}
	return item;
}

static int add_item(struct spec *spec, const struct spec_key *key, struct json *list, char *words,
	struct error *err)
{
	struct error error = {0};
	words = word_trim(words);
	if (!*words)
		return 0;
	if (key->members && *words != '{')
		return spec_item(spec, key, words, list, err);
	CLEANUP_JSON struct json *item = *words == '{' ? json_parse(words, strlen(words), &error)
						       : plain_item(words, &error);
	if (!item)
		spec_wrong(spec, key->name, "%s: %s", key->name, error.message);
	else if (key->members)
		return spec_item_json(spec, key, item, list, err);
	else
		json_add(list, NULL, json_copy(item));
	return 0;
}

static int convert_items(struct spec *spec, struct spec_value *value, struct error *err)
{
	const struct spec_key *key = value->key;
	CLEANUP_WORDS struct words pieces = {0};
	int rc = 0;
	value->json = json_array();
	spec->item_line = value->line;
	if (value->text)
		words_split(&pieces, value->text, ";");
	else if (json_type(value->raw) != JSON_ARRAY)
		spec_wrong(spec, key->name, "%s takes a list", key->name);
	for (size_t i = 0; i < pieces.count && rc == 0; i++)
		rc = add_item(spec, key, value->json, pieces.items[i], err);
	for (const struct json *item = json_first(value->raw); item && rc == 0;
		item = json_next(item)) {
		if (key->members)
			rc = spec_item_json(spec, key, item, value->json, err);
		else
			json_add(value->json, NULL, json_copy(item));
	}
	spec->item_line = 0;
	return rc;
}

/* "line 1: " of a text that is one line would be read as a line of the spec. */
static void without_lines(char *message)
{
	static const char mark[] = "line 1: ";
	for (char *at; (at = strstr(message, mark)) != NULL;)
		memmove(at, at + strlen(mark), strlen(at + strlen(mark)) + 1);
}

static int convert_stack(struct spec *spec, struct spec_value *value, struct error *err)
{
	CLEANUP_FREE char *text = single(spec, value, "components, as the stack file");
	struct error error = {0};
	if (!text || !*text)
		return 0;
	int rc = spec->world.check_stack ? spec->world.check_stack(spec->world.context, text,
						   value->key->body != NULL, &error)
					 : 0;
	without_lines(error.message);
	if (rc == -EINVAL || rc == -ENOENT)
		spec_wrong(spec, value->key->name, "%s: %s", value->key->name, error.message);
	else if (rc != 0)
		return rc == -EINPROGRESS ? rc : error_set(err, -rc, "%s", error.message);
	else
		value->json = json_new_string(text);
	return 0;
}

int spec_convert(struct spec *spec, struct spec_value *value, struct error *err)
{
	static int (*const converters[])(struct spec *, struct spec_value *, struct error *) = {
		[SPEC_TEXT] = convert_text,
		[SPEC_NUMBER] = convert_number,
		[SPEC_FRACTION] = convert_number,
		[SPEC_BOOL] = convert_bool,
		[SPEC_WORDS] = convert_words,
		[SPEC_OBJECT] = convert_object,
		[SPEC_ITEMS] = convert_items,
		[SPEC_REF] = convert_ref,
		[SPEC_REFS] = convert_refs,
		[SPEC_STACK] = convert_stack,
	};
	return converters[value->key->type](spec, value, err);
}
