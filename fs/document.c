#include "document.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "api/memory.h"

/* What has been made so far of a document, and the first thing that was wrong. */
struct making {
	yaml_document_t *document;
	unsigned values;
	struct error *err;
};

static bool is_json(const char *text, size_t length)
{
	size_t blank = 0;
	while (blank < length && text[blank] && strchr(" \t\r\n", text[blank]))
		blank++;
	return blank < length && (text[blank] == '{' || text[blank] == '[');
}

/* `---`, or `key: …` */
static bool is_yaml_line(const char *line, size_t length)
{
	size_t key = 0;
	if (length >= 3 && strncmp(line, "---", 3) == 0)
		return true;
	while (key < length &&
		(isalnum((unsigned char)line[key]) || (line[key] && strchr("_-.\"'", line[key]))))
		key++;
	return key > 0 && key < length && line[key] == ':' &&
	       (key + 1 == length || isspace((unsigned char)line[key + 1]));
}

bool document_begins(const char *text, size_t length)
{
	if (is_json(text, length))
		return true;
	for (const char *end = text + length; text < end;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line = text, *last = newline ? newline : end;
		while (line < last && (*line == ' ' || *line == '\t' || *line == '\r'))
			line++;
		if (line < last && *line != '#')
			return is_yaml_line(line, (size_t)(last - line));
		text = last + 1;
	}
	return false;
}

static bool wrong(struct making *making, size_t line, const char *what)
{
	error_set(making->err, EINVAL, "line %zu: %s", line + 1, what);
	return false;
}

/* A number as JSON writes it. */
static bool is_number(const char *text)
{
	const char *digits = text + (*text == '-');
	size_t count = strspn(digits, "0123456789");
	if (count == 0 || (count > 1 && *digits == '0'))
		return false;
	return digits[count + strspn(digits + count, "0123456789.eE+-")] == '\0';
}

static struct json *scalar(const yaml_node_t *node)
{
	static const char *const words[][2] = {{"", "null"}, {"~", "null"}, {"null", "null"},
		{"Null", "null"}, {"NULL", "null"}, {"true", "true"}, {"True", "true"},
		{"TRUE", "true"}, {"false", "false"}, {"False", "false"}, {"FALSE", "false"}};
	const char *text = (const char *)node->data.scalar.value;
	bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	for (size_t i = 0; plain && i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(text, words[i][0]) == 0)
			return json_parse(words[i][1], strlen(words[i][1]), NULL);
	struct json *number = plain && is_number(text) ? json_parse(text, strlen(text), NULL)
						       : NULL;
	return number ? number : json_new_string(text);
}

static struct json *value_of(struct making *making, int index, unsigned depth);

static bool add_items(
	struct making *making, const yaml_node_t *node, unsigned depth, struct json *to)
{
	const yaml_node_item_t *item = node->data.sequence.items.start;
	for (; item < node->data.sequence.items.top; item++) {
		struct json *value = value_of(making, *item, depth + 1);
		if (!value)
			return false;
		json_add(to, NULL, value);
	}
	return true;
}

static bool add_members(
	struct making *making, const yaml_node_t *node, unsigned depth, struct json *to)
{
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	for (; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(making->document, pair->key);
		if (key->type != YAML_SCALAR_NODE)
			return wrong(making, node->start_mark.line, "a key that is no word");
		const char *name = (const char *)key->data.scalar.value;
		for (const struct json *had = json_first(to); had; had = json_next(had))
			if (strcmp(json_key(had), name) == 0)
				return wrong(
					making, key->start_mark.line, "this key is there twice");
		struct json *value = value_of(making, pair->value, depth + 1);
		if (!value)
			return false;
		json_add(to, name, value);
	}
	return true;
}

static struct json *value_of(struct making *making, int index, unsigned depth)
{
	const yaml_node_t *node = yaml_document_get_node(making->document, index);
	bool word = node->type == YAML_SCALAR_NODE;
	const char *trouble = NULL;
	if (word && strlen((const char *)node->data.scalar.value) != node->data.scalar.length)
		trouble = "there is a NUL in it";
	else if (depth > DOCUMENT_DEPTH)
		trouble = "too deep";
	else if (++making->values > DOCUMENT_VALUES)
		trouble = "too many values, with its aliases";
	if (trouble)
		wrong(making, node->start_mark.line, trouble);
	if (trouble || word)
		return trouble ? NULL : scalar(node);
	bool list = node->type == YAML_SEQUENCE_NODE;
	struct json *made = list ? json_array() : json_object();
	if (list ? add_items(making, node, depth, made) : add_members(making, node, depth, made))
		return made;
	json_free(made);
	return NULL;
}

static void no_yaml(const yaml_parser_t *parser, struct error *err)
{
	error_set(err, EINVAL, "line %zu: %s", parser->problem_mark.line + 1,
		parser->problem ? parser->problem : "that is no YAML");
}

static struct json *take_document(
	yaml_parser_t *parser, yaml_document_t *document, struct error *err)
{
	struct making making = {document, 0, err};
	yaml_document_t more;
	if (!yaml_document_get_root_node(document))
		return json_parse("null", 4, NULL);
	if (!yaml_parser_load(parser, &more)) {
		no_yaml(parser, err);
		return NULL;
	}
	const yaml_node_t *second = yaml_document_get_root_node(&more);
	bool single = !second || wrong(&making, second->start_mark.line,
					 "a second document begins; one is taken");
	yaml_document_delete(&more);
	return single ? value_of(&making, 1, 0) : NULL;
}

static struct json *parse_yaml(const char *text, size_t length, struct error *err)
{
	yaml_parser_t parser;
	yaml_document_t document;
	struct json *made = NULL;
	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	if (yaml_parser_load(&parser, &document)) {
		made = take_document(&parser, &document, err);
		yaml_document_delete(&document);
	} else {
		no_yaml(&parser, err);
	}
	yaml_parser_delete(&parser);
	return made;
}

struct json *document_parse(const char *text, size_t length, struct error *err)
{
	bool json = is_json(text, length);
	struct json *made = json ? json_parse(text, length, err) : parse_yaml(text, length, err);
	if (!made)
		error_prefix(err, json ? "as JSON" : "as YAML");
	return made;
}
