#include "shape.h"

#include "json.h"
#include "kind.h"
#include "request.h"
#include "sandbox.h"
#include "store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A key of a shape, pointing into it. */
struct word {
	const char *key;
	size_t length;
	bool required;
	bool dropped;
	const char *type;
};

/* What is being checked, and where in the body that is. */
struct place {
	struct request *request;
	char path[96];
};

static bool place_check(struct place *place, const char *type, const cJSON *value);

/* The end of a type: of one word or bracket, and of the bounds after it. */
static const char *shape_skip(const char *type)
{
	int depth = 0;

	for (; *type; type++) {
		if (strchr("([{", *type))
			depth++;
		else if (!depth && strchr(")]} ", *type))
			break;
		else if (strchr(")]}", *type))
			depth--;
	}
	return type;
}

/* Takes the next key from the shape; false at its end. */
static bool shape_next(const char **at, struct word *word)
{
	*at += strspn(*at, " ");
	if (!**at || **at == '}')
		return false;
	word->dropped = **at == '-';
	word->key = *at + word->dropped;
	word->length = strcspn(word->key, "!: }");
	word->required = word->key[word->length] == '!';
	word->type = word->key + word->length + word->required;
	word->type = *word->type == ':' ? word->type + 1 : "x";
	*at = shape_skip(word->key);
	return true;
}

static const cJSON *word_value(const struct word *word, const cJSON *object)
{
	char key[96];

	snprintf(key, sizeof(key), "%.*s", (int)word->length, word->key);
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool word_is(const struct word *word, const char *key)
{
	return strlen(key) == word->length && !strncmp(key, word->key, word->length);
}

static bool place_refuse(const struct place *place, const char *wanted)
{
	return answer_error(
		place->request, 422, "%s is invalid: it must be %s", place->path, wanted);
}

static bool place_check_object(struct place *place, const char *shape, const cJSON *object)
{
	size_t length = strlen(place->path);
	struct word word;
	bool sound = true;

	while (sound && shape_next(&shape, &word)) {
		const cJSON *value = word_value(&word, object);
		bool missing = !value || cJSON_IsNull(value) ||
			       (cJSON_IsString(value) && !*value->valuestring);

		snprintf(place->path + length, sizeof(place->path) - length, "%s%.*s",
			length ? "." : "", (int)word.length, word.key);
		if (missing && word.required)
			sound = answer_error(place->request, 422, "%s is required", place->path);
		else if (!missing)
			sound = place_check(place, word.type, value);
		place->path[length] = '\0';
	}
	return sound;
}

/* Text and numbers: `(least,most)` after the type bounds a number, or how long the text is. */
static bool place_check_bounds(const struct place *place, const char *type, double measure)
{
	char *end;
	double least, most;

	if (*type != '(')
		return true;
	least = strtod(type + 1, &end);
	most = strtod(end + 1, NULL);
	return (measure >= least && measure <= most) ||
	       answer_error(place->request, 422, "%s is invalid: it must be from %.10g to %.10g%s",
		       place->path, least, most, type[-1] == 's' ? " characters long" : "");
}

static bool place_check_text(const struct place *place, const char *type, const cJSON *value)
{
	static const char host[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	const char *text = cJSON_GetStringValue(value);

	if (!text)
		return place_refuse(place, "text");
	if (*type == 'h' && text[strspn(text, host)])
		return place_refuse(place, "letters, digits, dots and dashes");
	return place_check_bounds(place, type + 1, (double)strlen(text));
}

static bool place_check_number(const struct place *place, const char *type, const cJSON *value)
{
	if (!cJSON_IsNumber(value) ||
		(*type == 'i' && floor(value->valuedouble) != value->valuedouble))
		return place_refuse(place, *type == 'i' ? "a whole number" : "a number");
	return place_check_bounds(place, type + 1, value->valuedouble);
}

static bool place_check_choice(const struct place *place, const char *type, const cJSON *value)
{
	size_t length = (size_t)(shape_skip(type) - type);
	char text[96], choices[512], word[100];

	json_scalar(value, text, sizeof(text));
	snprintf(choices, sizeof(choices), "|%.*s|", (int)length - 2, type + 1);
	snprintf(word, sizeof(word), "|%s|", text);
	if (*text && strstr(choices, word))
		return true;
	choices[strlen(choices) - 1] = '\0';
	return answer_error(place->request, 422, "%s is invalid: it must be one of %s", place->path,
		choices + 1);
}

static bool place_check_reference(const struct place *place, const char *type, const cJSON *value)
{
	size_t length = (size_t)(shape_skip(type) - type) - 1;
	enum kind_name kind = kind_named(type + 1, length);
	const struct request *request = place->request;
	char id[128];

	json_scalar(value, id, sizeof(id));
	if (store_find(request->sandbox->store, kind,
		    kind_at(kind)->owner ? request->argument[0] : "", id))
		return true;
	return answer_error(place->request, 422, "%s is invalid: there is no %s “%s”", place->path,
		kind_name(kind), id);
}

static bool place_check_list(struct place *place, const char *type, const cJSON *list)
{
	const cJSON *item;

	if (!cJSON_IsArray(list))
		return place_refuse(place, "a list");
	cJSON_ArrayForEach(item, list)
	{
		if (!place_check(place, type, item))
			return false;
	}
	return true;
}

static bool place_check(struct place *place, const char *type, const cJSON *value)
{
	switch (*type) {
	case 's':
	case 'h':
		return place_check_text(place, type, value);
	case 'i':
	case 'n':
		return place_check_number(place, type, value);
	case 'b':
		return cJSON_IsBool(value) || place_refuse(place, "true or false");
	case 'o':
		return cJSON_IsObject(value) || place_refuse(place, "an object");
	case 'a':
		return cJSON_IsArray(value) || place_refuse(place, "a list");
	case '=':
		return place_check_reference(place, type, value);
	case '(':
		return place_check_choice(place, type, value);
	case '[':
		return place_check_list(place, type + 1, value);
	case '{':
		return (cJSON_IsObject(value) || place_refuse(place, "an object")) &&
		       place_check_object(place, type + 1, value);
	default:
		return true;
	}
}

bool shape_check(struct request *request, const char *shape, const cJSON *body)
{
	struct place place = {.request = request};

	return place_check_object(&place, shape, body);
}

cJSON *shape_take(const char *shape, const cJSON *body)
{
	cJSON *taken = cJSON_CreateObject();
	struct word word;

	while (shape_next(&shape, &word)) {
		const cJSON *value = word_value(&word, body);

		if (value && !cJSON_IsNull(value) && !word.dropped)
			cJSON_AddItemToObject(taken, value->string, cJSON_Duplicate(value, true));
	}
	return taken;
}

bool shape_has(const char *shape, const char *key)
{
	struct word word;

	while (shape_next(&shape, &word))
		if (word_is(&word, key))
			return true;
	return false;
}

/* The newest object's id: as a number, where that is what it is. */
static cJSON *sample_reference(const struct sandbox *sandbox, const char *type)
{
	enum kind_name kind = kind_named(type + 1, (size_t)(shape_skip(type) - type) - 1);
	size_t count = store_count(sandbox->store, kind);
	const char *id = count ? store_at(sandbox->store, kind, count - 1)->id : "";

	return kind_at(kind)->identity == IDENTITY_NUMBER ? cJSON_CreateNumber(strtod(id, NULL))
							  : cJSON_CreateString(id);
}

static cJSON *sample_value(const struct sandbox *sandbox, const char *type)
{
	cJSON *list;
	char choice[96];

	switch (*type) {
	case 'i':
	case 'n':
		return cJSON_CreateNumber(type[1] == '(' ? strtod(type + 2, NULL) : 1);
	case 'b':
		return cJSON_CreateTrue();
	case 'a':
		return cJSON_CreateArray();
	case '=':
		return sample_reference(sandbox, type);
	case '(':
		snprintf(choice, sizeof(choice), "%.*s", (int)strcspn(type + 1, "|)"), type + 1);
		return cJSON_CreateString(choice);
	case '[':
		list = cJSON_CreateArray();
		cJSON_AddItemToArray(list, sample_value(sandbox, type + 1));
		return list;
	case '{':
		return shape_sample(sandbox, type + 1);
	case 'o':
		return cJSON_CreateObject();
	default:
		return cJSON_CreateString("sample");
	}
}

cJSON *shape_sample(const struct sandbox *sandbox, const char *shape)
{
	cJSON *sample = cJSON_CreateObject();
	struct word word;
	char key[96];

	while (shape_next(&shape, &word)) {
		if (!word.required)
			continue;
		snprintf(key, sizeof(key), "%.*s", (int)word.length, word.key);
		json_set(sample, key, sample_value(sandbox, word.type));
	}
	return sample;
}
