#include "stack.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "api/utf8.h"
#include "component_check.h"
#include "stack_parts.h"
#include "text.h"

/*
 * Reading the text goes on after a mistake, so that one message names them all; what is wrong with
 * the stack as a whole (a cycle) is looked for only when every line is right.
 */
struct parser {
	struct components *components;
	struct stack *stack;
	key_finder find_key;
	void *context;
	struct text wrong; /* the mistakes, "; " between them */
	int unready;	   /* the code of a key finder that cannot say yet, else 0 */
	struct error unready_why;
	unsigned line;
	ssize_t at;	 /* the entry that the line's next param=value belongs to, -1: none */
	unsigned *lines; /* where each entry was written */
};

#define WRONG(parser, ...)                                                             \
	do {                                                                           \
		if ((parser)->wrong.length < 4096) {                                   \
			text_print(&(parser)->wrong,                                   \
				"%sline %u: ", (parser)->wrong.length > 0 ? "; " : "", \
				(parser)->line);                                       \
			text_print(&(parser)->wrong, __VA_ARGS__);                     \
		}                                                                      \
	} while (0)

struct wanted *stack_append(struct stack *stack, struct component *component, bool implied)
{
	stack->wanted = xrealloc(stack->wanted, stack->count + 1, sizeof *stack->wanted);
	struct wanted *wanted = &stack->wanted[stack->count++];
	*wanted = (struct wanted){.component = component,
		.implied = implied,
		.values = xcalloc(component->param_count + 1, sizeof(char *))};
	return wanted;
}

const char *wanted_value(const struct wanted *wanted, size_t param)
{
	return wanted->values[param] != NULL ? wanted->values[param]
					     : wanted->component->params[param].fallback;
}

const struct wanted *stack_find(const struct stack *stack, const char *name)
{
	for (size_t i = 0; stack != NULL && i < stack->count; i++) {
		if (strcmp(stack->wanted[i].component->name, name) == 0)
			return &stack->wanted[i];
	}
	return NULL;
}

char *wanted_line(const struct wanted *wanted, const char *version)
{
	struct text line = {0};

	text_print(
		&line, "%s%s%s", wanted->component->name, version[0] != '\0' ? "=" : "", version);
	for (size_t i = 0; i < wanted->component->param_count; i++) {
		const char *value = wanted->values[i];
		if (value == NULL)
			continue;
		bool plain = strpbrk(value, " \t\n\"'") == NULL;
		text_print(&line, " %s=%s", wanted->component->params[i].name, plain ? value : "'");
		for (; !plain && *value != '\0'; value++)
			text_print(&line, *value == '\'' ? "'\"%c\"'" : "%c", *value);
		text_print(&line, "%s", plain ? "" : "'");
	}
	return text_take(&line);
}

void stack_free(struct stack *stack)
{
	if (stack == NULL)
		return;
	for (size_t i = 0; i < stack->count; i++) {
		struct wanted *wanted = &stack->wanted[i];
		for (size_t p = 0; p < wanted->component->param_count; p++)
			free(wanted->values[p]);
		free(wanted->values);
		free(wanted->version);
		free(wanted->keys);
		component_unref(wanted->component);
	}
	free(stack->wanted);
	free(stack->text);
	free(stack);
}

/* " (did you mean x?)" or "", freed by the caller. */
static char *hint(const char *word, const char *const *words)
{
	const char *near = word_nearest(word, words);

	return near != NULL ? xasprintf("; did you mean \"%s\"?", near) : xstrdup("");
}

static char *join(const char *const *words)
{
	struct text text = {0};

	for (size_t i = 0; words[i] != NULL; i++)
		text_print(&text, "%s%s", i > 0 ? ", " : "", words[i]);
	return text_take(&text);
}

static void unknown_component(struct parser *parser, const char *word)
{
	const struct component_fault *fault;

	for (size_t i = 0; (fault = components_fault(parser->components, i)) != NULL; i++) {
		if (strcmp(fault->name, word) == 0) {
			WRONG(parser, "there is no component \"%.64s\": %.500s", word,
				fault->why.message);
			return;
		}
	}
	char **names = components_names(parser->components);
	const char *const *known = (const char *const *)names;
	CLEANUP_FREE char *near = hint(word, known);

	if (near[0] == '\0') {
		free(near);
		CLEANUP_FREE char *all = join(known);
		near = xasprintf("; there are %.300s", all);
	}
	WRONG(parser, "there is no component \"%.64s\"%s", word, near);
	free(names);
}

static bool version_ok(const char *version)
{
	size_t length = strspn(
		version, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+:~^_-");

	return length > 0 && length <= 64 && version[length] == '\0' && version[0] != '-';
}

/* Takes the component. version NULL: any. */
static void add_component(struct parser *parser, struct component *component, const char *version)
{
	struct stack *stack = parser->stack;

	parser->at = -1;
	for (size_t i = 0; i < stack->count; i++) {
		if (strcmp(stack->wanted[i].component->name, component->name) == 0) {
			WRONG(parser, "%s is wanted twice, first on line %u", component->name,
				parser->lines[i]);
			parser->at = (ssize_t)i;
			component_unref(component);
			return;
		}
	}
	if (stack->count >= STACK_COMPONENTS_MAX) {
		WRONG(parser, "more than %d components", STACK_COMPONENTS_MAX);
		component_unref(component);
		return;
	}
	if (version != NULL && !version_ok(version))
		WRONG(parser, "%s=%.64s: that is no version", component->name, version);
	stack_append(stack, component, false)->version = version != NULL ? xstrdup(version) : NULL;
	parser->lines = xrealloc(parser->lines, stack->count, sizeof *parser->lines);
	parser->lines[stack->count - 1] = parser->line;
	parser->at = (ssize_t)stack->count - 1;
}

static int check_key(void *context, const char *key)
{
	struct parser *parser = context;
	struct error err = {0};

	if (parser->find_key == NULL)
		return 0;
	CLEANUP_FREE char *text = parser->find_key(parser->context, key, &err);
	if (text != NULL)
		return 0;
	if (err.code == ENOENT || err.code == EINVAL) {
		WRONG(parser, "%s", err.message);
		return 0;
	}
	if (parser->unready == 0) {
		parser->unready = err.code != 0 ? err.code : EIO;
		parser->unready_why = err;
	}
	return 0;
}

static void unknown_param(
	struct parser *parser, const struct component *component, const char *name)
{
	CLEANUP_FREE const char **names = xcalloc(component->param_count + 1, sizeof(char *));

	for (size_t i = 0; i < component->param_count; i++)
		names[i] = component->params[i].name;
	if (component->param_count == 0) {
		WRONG(parser, "%s takes no parameters, \"%.64s\" is one too many", component->name,
			name);
		return;
	}
	CLEANUP_FREE char *near = hint(name, names);
	CLEANUP_FREE char *all = join(names);
	WRONG(parser, "%s has no parameter \"%.64s\"%s%s%.300s", component->name, name, near,
		near[0] == '\0' ? "; it has " : "", near[0] == '\0' ? all : "");
}

static void add_param(struct parser *parser, const char *name, const char *value)
{
	struct wanted *wanted = &parser->stack->wanted[parser->at];
	const struct component *component = wanted->component;
	struct error err = {0};
	size_t i = 0;

	while (i < component->param_count && strcmp(component->params[i].name, name) != 0)
		i++;
	if (i == component->param_count) {
		unknown_param(parser, component, name);
	} else if (wanted->values[i] != NULL) {
		WRONG(parser, "%s of %s is given twice", name, component->name);
	} else {
		wanted->values[i] = xstrdup(value);
		if (param_check(&component->params[i], value, &err) != 0)
			WRONG(parser, "%s: %s", component->name, err.message);
		else
			param_keys(&component->params[i], value, check_key, parser);
	}
}

static void take_word(struct parser *parser, char *word)
{
	char *equals = strchr(word, '=');

	if (equals != NULL)
		*equals = '\0';
	struct component *component = components_find(parser->components, word);
	if (component != NULL)
		add_component(parser, component, equals != NULL ? equals + 1 : NULL);
	else if (equals != NULL && parser->at >= 0)
		add_param(parser, word, equals + 1);
	else if (equals == NULL ||
		 (equals[1] != '\0' && version_ok(equals + 1) && component_name_ok(word)))
		unknown_component(parser, word);
	else
		WRONG(parser, "\"%.64s=\" belongs to no component: one comes first on its line",
			word);
}

/* Cuts the next word off, in place, quotes taken away. NULL at the end of the line. */
static char *next_word(struct parser *parser, char **at)
{
	*at += strspn(*at, " \t");
	char *word = *at, *to = *at, *from = *at, quote = '\0';

	if (*from == '\0' || *from == '#')
		return NULL;
	for (; *from != '\0' && (quote != '\0' || (*from != ' ' && *from != '\t')); from++) {
		if (quote == '\0' && (*from == '"' || *from == '\''))
			quote = *from;
		else if (*from == quote)
			quote = '\0';
		else
			*to++ = *from;
	}
	if (quote != '\0') {
		WRONG(parser, "the quote does not end");
		return NULL;
	}
	*at = *from != '\0' ? from + 1 : from;
	*to = '\0';
	return word;
}

static bool characters_ok(struct parser *parser, const char *line)
{
	uint32_t point;

	while (*line != '\0') {
		size_t length = utf8_next(line, &point);
		if (length == 0) {
			WRONG(parser, "that is not UTF-8");
			return false;
		}
		if (utf8_is_control(point) && point != '\t' && point != '\n') {
			WRONG(parser, "there is a control character (0x%02x) in it",
				(unsigned)point);
			return false;
		}
		line += length;
	}
	return true;
}

static void parse_line(struct parser *parser, char *line)
{
	size_t length = strlen(line);

	if (length > 0 && line[length - 1] == '\r')
		line[length - 1] = '\0';
	parser->at = -1;
	if (!characters_ok(parser, line))
		return;
	for (char *word; (word = next_word(parser, &line)) != NULL;)
		take_word(parser, word);
}

/* Up to the newline that ends it: one within quotes, as next_word() sees them, does not. *ret_open: they do not end. */
static size_t line_length(const char *text, bool *ret_open)
{
	bool start = true, comment = false;
	char quote = '\0';
	size_t i = 0;

	for (; text[i] != '\0' && (text[i] != '\n' || quote != '\0'); i++) {
		comment = comment || (start && text[i] == '#');
		if (comment)
			continue;
		if (quote == '\0' && (text[i] == '"' || text[i] == '\''))
			quote = text[i];
		else if (text[i] == quote)
			quote = '\0';
		start = quote == '\0' && (text[i] == ' ' || text[i] == '\t');
	}
	*ret_open = quote != '\0';
	return i;
}

static void parse_text(struct parser *parser, const char *text, bool partial)
{
	bool open;

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	while (*text != '\0') {
		size_t length = line_length(text, &open);
		if (text[length] == '\0' && partial)
			break;
		if (open) /* a mistake in its first line */
			length = strcspn(text, "\n");
		CLEANUP_FREE char *line = xstrndup(text, length);
		parser->line++;
		parse_line(parser, line);
		for (; length > 0; length--)
			parser->line += *text++ == '\n';
		text += *text == '\n';
	}
}

static int parse(struct parser *parser, bool partial, struct error *err)
{
	parse_text(parser, parser->stack->text, partial);
	if (parser->wrong.length > 0)
		return error_set(err, EINVAL, "%.900s", parser->wrong.data);
	if (parser->unready != 0)
		return error_set(err, parser->unready, "%s", parser->unready_why.message);
	int r = stack_order(parser->components, parser->stack, err);
	if (r != 0)
		return r;
	return stack_hash(parser->stack, parser->find_key, parser->context, err);
}

int stack_parse(struct components *components, const char *text, bool partial, key_finder find_key,
	void *context, struct stack **ret, struct error *err)
{
	struct parser parser = {
		.components = components, .find_key = find_key, .context = context, .at = -1};

	if (strnlen(text, STACK_TEXT_MAX + 1) > STACK_TEXT_MAX)
		return error_set(err, EINVAL, "a stack has at most %d KiB", STACK_TEXT_MAX >> 10);
	parser.stack = xcalloc(1, sizeof *parser.stack);
	parser.stack->text = xstrdup(text);
	int r = parse(&parser, partial, err);
	text_finish(&parser.wrong);
	free(parser.lines);
	if (r != 0) {
		stack_free(parser.stack);
		return r;
	}
	*ret = parser.stack;
	return 0;
}
