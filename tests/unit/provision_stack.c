#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "provision/component.h"
#include "provision/stack.h"

/* What is read from people: scripts' headers, stacks; and what is made from it for a shell. */

static struct component *parse_ok(const char *name, const char *script)
{
	struct component *component = NULL;
	struct error err = {0};

	if (component_parse(name, script, &component, &err) != 0)
		fail_msg("%s", err.message);
	return component;
}

static void test_header(void **state)
{
	(void)state;
	struct component *component = parse_ok("web",
		"#!/bin/sh\n# summary: serves pages\n# any comment\n# requires: base, other\n# "
		"after: php\n"
		"# param: root=/var/www path where the pages are\n# param: title=\"two words\" "
		"text its title\n"
		"# param: empty= number\n# deadline: 77\n# check: true\n# check: [ 1 = 1 ]\n\n# "
		"summary: not the header any more\n");

	assert_string_equal(component->summary, "serves pages");
	assert_string_equal(component->requires[0], "base");
	assert_string_equal(component->requires[1], "other");
	assert_null(component->requires[2]);
	assert_string_equal(component->after[0], "php");
	assert_int_equal(component->param_count, 3);
	assert_string_equal(component->params[0].fallback, "/var/www");
	assert_int_equal(component->params[0].type, PARAM_PATH);
	assert_string_equal(component->params[0].help, "where the pages are");
	assert_string_equal(component->params[1].fallback, "two words");
	assert_string_equal(component->params[2].help, "");
	assert_int_equal(component->deadline, 77);
	assert_string_equal(component->checks, "true\n[ 1 = 1 ]\n");
	component_unref(component);
}

static const struct {
	const char *name, *script, *sentence;
} bad_headers[] = {
	{"Web", "#!/bin/sh\n", "no name of a component"},
	{"run", "#!/bin/sh\n# summary: a\n", "no name of a component"},
	{"web", "echo\n", "line 1: a script begins with #!/bin/sh"},
	{"web", "#!/bin/sh\r\n", "CR LF"},
	{"web", "#!/bin/sh\n# deadline: soon\n", "web: line 2: deadline is a number of seconds"},
	{"web", "#!/bin/sh\n# deadline: 0\n", "line 2: deadline"},
	{"web", "#!/bin/sh\n#\n# param: x\n", "line 3: a parameter is NAME=DEFAULT TYPE HELP"},
	{"web", "#!/bin/sh\n# param: x=1 numbr\n", "did you mean \"number\"?"},
	{"web", "#!/bin/sh\n# param: x=\"1 number\n", "the quote does not end"},
	{"web", "#!/bin/sh\n# param: version= text\n", "\"version\" cannot name a parameter"},
	{"web", "#!/bin/sh\n# param: x=a number\n", "line 2: the default: x=a: must be a number"},
	{"web", "#!/bin/sh\necho\n", "line 2: a script begins with its header"},
	{"web", "#!/bin/sh\n# summary: a\n# check:\n", "line 3: a check is a command"},
	{"web", "#!/bin/sh\n# param: x= text\n# param: x= text\n",
		"line 3: a second parameter \"x\""},
	{"web", "#!/bin/sh\n# requires: A\n", "\"A\" is no name of a component"},
	{"web", "#!/bin/sh\n# requres: a\n", "did you mean \"requires:\"?"},
};

static void test_bad_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_headers / sizeof bad_headers[0]; i++) {
		struct component *component = NULL;
		struct error err = {0};
		assert_int_equal(component_parse(bad_headers[i].name, bad_headers[i].script,
					 &component, &err),
			-EINVAL);
		if (strstr(err.message, bad_headers[i].sentence) == NULL)
			fail_msg("expected \"%s\", seen \"%s\"", bad_headers[i].sentence,
				err.message);
	}
}

/* --- stacks, over components of the test's own */

static const struct {
	const char *name, *script;
} own[] = {
	{"web", "#!/bin/sh\n# summary: -\n# after: lang\n# param: root=/var/www path\n# param: "
		"title= text\n"
		"# param: port=80 port\n"},
	{"lang", "#!/bin/sh\n# summary: -\n# param: modules=gd,imap list\n# param: memory=64M "
		 "size\n"},
	{"cache", "#!/bin/sh\n# summary: -\n# requires: lang\n# deadline: 5\n"},
	{"people", "#!/bin/sh\n# summary: -\n# param: users= users\n# param: keys= keys\n# param: "
		   "open=80,443 "
		   "ports\n"
		   "# param: pass= secret\n# param: db= name\n"},
	{"egg", "#!/bin/sh\n# summary: -\n# requires: hen\n"},
	{"hen", "#!/bin/sh\n# summary: -\n# after: egg\n"},
	{"lost", "#!/bin/sh\n# summary: -\n# requires: nowhere\n"},
};

static char directory[] = "/tmp/docloud-unit.XXXXXX";

static int setup(void **state)
{
	struct error err = {0};

	if (mkdtemp(directory) == NULL)
		return -1;
	struct components *components = components_create(directory, 0, &err);
	for (size_t i = 0; components != NULL && i < sizeof own / sizeof own[0]; i++)
		components_put(components, own[i].name, own[i].script, &err);
	*state = components;
	return err.code;
}

static int teardown(void **state)
{
	CLEANUP_FREE char *command = xasprintf("rm -rf %s", directory);

	components_destroy(*state);
	return system(command);
}

static char *find_key(void *context, const char *name, struct error *err)
{
	(void)context;
	if (strcasecmp(name, "laptop") == 0)
		return xstrdup("ssh-ed25519 AAAAlaptop me@laptop");
	if (strcmp(name, "unread") == 0)
		error_set(err, EINPROGRESS, "ssh_keys is being read");
	else
		error_set(err, ENOENT, "there is no key \"%s\" in ssh_keys/", name);
	return NULL;
}

static struct stack *stack_ok(void **state, const char *text)
{
	struct stack *stack = NULL;
	struct error err = {0};

	if (stack_parse(*state, text, false, find_key, NULL, &stack, &err) != 0)
		fail_msg("%s: %s", text, err.message);
	return stack;
}

static char *order_of(const struct stack *stack)
{
	char *order = xstrdup("");

	for (size_t i = 0; i < stack->count; i++) {
		char *longer = xasprintf("%s%s%s%s", order, i > 0 ? " " : "",
			stack->wanted[i].component->name, stack->wanted[i].implied ? "*" : "");
		free(order);
		order = longer;
	}
	return order;
}

static const struct {
	const char *text, *order;
} orders[] = {
	{"web lang", "lang web"},
	{"web\nlang\n", "lang web"},
	{"web", "web"},
	{"web=2:1.0^git20240101.ab12-1.el9", "web"},
	{"cache web", "lang* cache web"},
	{"cache lang", "lang cache"},
	{"\xef\xbb\xbfweb=1.22 root=/srv # a comment\r\nlang\r\n", "lang web"},
	{"web title=\"two words\" port=8080 lang modules='a,b'", "lang web"},
	{"web title='two\nlines' # don't\nlang", "lang web"},
	{"# nothing\n\n", ""},
	{"", ""},
	{"people users=alice:laptop,bob keys=laptop open=80,1000-2000,53/udp db=shop pass='a b'",
		"people"},
};

static void test_orders(void **state)
{
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		struct stack *stack = stack_ok(state, orders[i].text);
		CLEANUP_FREE char *order = order_of(stack);
		assert_string_equal(order, orders[i].order);
		stack_free(stack);
	}
}

static const struct {
	const char *text, *sentence;
} bad_stacks[] = {
	{"wbe", "line 1: there is no component \"wbe\"; did you mean \"web\"?"},
	{"web\nzzzzzzzz", "line 2: there is no component \"zzzzzzzz\"; there are "},
	{"web\nweb", "line 2: web is wanted twice, first on line 1"},
	{"web rot=/x", "web has no parameter \"rot\"; did you mean \"root\"?"},
	{"web root=x", "web: root=x: must be an absolute path"},
	{"web root=", "root=: must be an absolute path"},
	{"web port=0", "must be a port"},
	{"web port=65536", "must be a port"},
	{"web root=/a root=/b", "root of web is given twice"},
	{"web\nroot=/a", "line 2: \"root=\" belongs to no component"},
	{"web=-1", "web=-1: that is no version"},
	{"web title=\"a", "line 1: the quote does not end"},
	{"web title='a\nb'\nwbe", "line 3: there is no component \"wbe\""},
	{"web title='a\nwbe", "; line 2: there is no component \"wbe\""},
	{"lang memory=64Q", "must be a size, such as 64M"},
	{"lang modules=a,,b", "must be a list"},
	{"cache x=1", "cache takes no parameters"},
	{"people users=Alice", "must be users"},
	{"people users=a:nobody", "there is no key \"nobody\" in ssh_keys/"},
	{"people open=80,99999", "must be ports"},
	{"people open=90-80", "must be ports"},
	{"people open=0443", "must be ports"},
	{"people open=80-0443/udp", "must be ports"},
	{"web port=080", "must be a port"},
	{"people db=a-b;c", "must be a name"},
	{"egg", "these components wait for each other: egg after hen after egg"},
	{"lost", "lost requires nowhere, and there is no such component"},
	{"web title=a\x01z", "control character (0x01)"},
	{"web title=\xff", "not UTF-8"},
	{"wbe\nweb rot=1\nlang memory=x", "; line 2: web has no parameter"},
	{"wbe\nweb rot=1\nlang memory=x", "; line 3: lang: memory=x"},
};

static void test_bad_stacks(void **state)
{
	for (size_t i = 0; i < sizeof bad_stacks / sizeof bad_stacks[0]; i++) {
		struct stack *stack = NULL;
		struct error err = {0};
		int r = stack_parse(
			*state, bad_stacks[i].text, false, find_key, NULL, &stack, &err);
		if (r != -EINVAL || strstr(err.message, bad_stacks[i].sentence) == NULL)
			fail_msg("\"%s\": expected \"%s\", seen %d \"%s\"", bad_stacks[i].text,
				bad_stacks[i].sentence, r, err.message);
		assert_null(stack);
	}
}

static void test_partial(void **state)
{
	struct stack *stack = NULL;
	struct error err = {0};

	assert_int_equal(stack_parse(*state, "web\nlan", true, find_key, NULL, &stack, &err), 0);
	assert_int_equal(stack->count, 1);
	stack_free(stack);
	assert_int_equal(
		stack_parse(*state, "web title='a\nwbe\n", true, find_key, NULL, &stack, &err), 0);
	assert_int_equal(stack->count, 0);
	stack_free(stack);
	assert_int_equal(
		stack_parse(*state, "wbe\nlan", true, find_key, NULL, &stack, &err), -EINVAL);
	err = (struct error){0};
	assert_int_equal(
		stack_parse(*state, "people keys=unread", false, find_key, NULL, &stack, &err),
		-EINPROGRESS);
}

static void test_size_limits(void **state)
{
	struct stack *stack = NULL;
	struct error err = {0};
	CLEANUP_FREE char *text = xmalloc((65 << 10) + 1);

	memset(text, '#', 65 << 10);
	text[65 << 10] = '\0';
	assert_int_equal(stack_parse(*state, text, false, find_key, NULL, &stack, &err), -EINVAL);
	assert_non_null(strstr(err.message, "64 KiB"));
}

static void test_keys_tell_apart(void **state)
{
	struct stack *a = stack_ok(state, "web"), *b = stack_ok(state, "web root=/var/www");
	struct stack *c = stack_ok(state, "web root=/srv"), *d = stack_ok(state, "web=1");

	assert_string_equal(a->wanted[0].key, b->wanted[0].key);
	assert_string_not_equal(a->wanted[0].key, c->wanted[0].key);
	assert_string_not_equal(a->wanted[0].key, d->wanted[0].key);
	assert_true(a->hash == b->hash);
	stack_free(a);
	stack_free(b);
	stack_free(c);
	stack_free(d);
}

/* What is written of a stack is read as the same again. */
static void test_lines(void **state)
{
	static const char line[] = "web=1.22 title='it'\"'\"'s $(id)\n\"b\" `c`' port=8080";
	struct stack *stack = stack_ok(state, line);
	CLEANUP_FREE char *again = wanted_line(&stack->wanted[0], "1.22");

	assert_string_equal(again, line);
	assert_string_equal(stack->wanted[0].values[1], "it's $(id)\n\"b\" `c`");
	assert_ptr_equal(stack_find(stack, "web"), &stack->wanted[0]);
	assert_null(stack_find(stack, "lang"));
	stack_free(stack);
}

static char *output_of(const char *command)
{
	char *text = xcalloc(4096, 1);
	FILE *pipe = popen(command, "r");

	assert_non_null(pipe);
	fread(text, 1, 4095, pipe);
	assert_int_equal(pclose(pipe), 0);
	return text;
}

/* The payload is a script that a shell understands, and unpacks to what went in. */
static void test_payload(void **state)
{
	struct stack *stack = stack_ok(
		state, "people users=alice:Laptop pass=\"it's $HOME `x` \\\\\"\ncache\n");
	CLEANUP_FREE char *payload = stack_payload(stack, "0123456789abcdef");

	assert_non_null(strstr(payload, "put plan 'run 0123456789abcdef\n"));
	assert_non_null(strstr(payload, "\ncache "));
	assert_non_null(strstr(payload, " lang 5\n"));
	/* The user did not write it: what is there of it stays as it was wanted. */
	const char *lang = strstr(payload, "\nlang ");
	assert_non_null(lang);
	assert_memory_equal(strchr(lang + 1, '\n') - strlen(" implied"), " implied", 8);
	assert_string_equal(payload + strlen(payload) - 6, "start\n");
	CLEANUP_FREE char *path = xasprintf("%s/.payload", directory);
	FILE *file = fopen(path, "w");
	fputs(payload, file);
	fclose(file);
	/* Its own directory instead of the droplet's, and what was unpacked instead of the runner. */
	CLEANUP_FREE char *command = xasprintf("sed -e 's|^state=.*|state=%s/.host|' -e '$s/.*/cat "
					       "$incoming\\/components\\/people.env/' %s "
					       "| sh -s",
		directory, path);
	CLEANUP_FREE char *unpacked = output_of(command);
	assert_non_null(strstr(unpacked, "pass='it'\\''s $HOME `x` \\\\'\n"));
	assert_non_null(
		strstr(unpacked, "ssh_public_keys='Laptop ssh-ed25519 AAAAlaptop me@laptop\n'\n"));
	stack_free(stack);
}

static void test_override(void **state)
{
	struct components *components = *state;
	struct error err = {0};
	struct component *built_in = components_find(components, "nginx");

	assert_non_null(built_in);
	assert_false(built_in->own);
	assert_int_equal(
		components_put(components, "nginx", "#!/bin/sh\n# summary: mine\n", &err), 0);
	struct component *mine = components_find(components, "nginx");
	assert_true(mine->own);
	component_unref(mine);
	struct components *again = components_create(directory, 0, &err);
	mine = components_find(again, "nginx");
	assert_string_equal(mine->summary, "mine");
	component_unref(mine);
	components_destroy(again);
	assert_int_equal(components_remove(components, "nginx", &err), 0);
	struct component *back = components_find(components, "nginx");
	assert_ptr_equal(back, built_in);
	component_unref(back);
	component_unref(built_in);
	assert_int_equal(components_remove(components, "nginx", &err), -EPERM);
}

static const char *const nasty[] = {"", "plain", "two words", "it's", "'", "''", "\"",
	"$HOME `id` $(id)", "a\nb\n", "\\", "\\'", "-n", "*?[a]", "!1", "\xc3\xa4\xe2\x82\xac",
	"a\tb", ";&|<>#~"};

static void test_shell_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nasty / sizeof nasty[0]; i++) {
		CLEANUP_FREE char *quoted = shell_quote(nasty[i]);
		CLEANUP_FREE char *command = xasprintf("printf %%s %s", quoted);
		char seen[256];
		FILE *pipe = popen(command, "r");
		size_t length = fread(seen, 1, sizeof seen - 1, pipe);
		seen[length] = '\0';
		assert_int_equal(pclose(pipe), 0);
		assert_string_equal(seen, nasty[i]);
	}
}

static void test_nearest(void **state)
{
	static const char *const words[] = {"nginx", "php", "mysql", "memcached", "apc", NULL};
	static const struct {
		const char *word, *near;
	} rows[] = {
		{"ngnix", "nginx"},
		{"nginxx", "nginx"},
		{"nignx", "nginx"},
		{"mysq", "mysql"},
		{"pph", "php"},
		{"memcache", "memcached"},
		{"postgresql", NULL},
		{"", NULL},
		{"x", NULL},
		{"apt", "apc"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *near = word_nearest(rows[i].word, words);
		if (rows[i].near == NULL)
			assert_null(near);
		else
			assert_string_equal(near != NULL ? near : "(none)", rows[i].near);
	}
}

/* All built-in ones can be wanted together. */
static void test_built_in(void **state)
{
	static const char *const names[] = {"admin", "nginx", "php", "mysql", "apc", "memcached",
		"munin", "postfix", "awstats"};
	CLEANUP_FREE char *text = xstrdup("");

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct component *component = components_find(*state, names[i]);
		if (component == NULL)
			continue; /* seen by the test of the mount */
		assert_true(component->summary[0] != '\0');
		char *longer = xasprintf("%s %s", text, names[i]);
		free(text);
		text = longer;
		component_unref(component);
	}
	stack_free(stack_ok(state, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_bad_stacks),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_size_limits),
		cmocka_unit_test(test_keys_tell_apart),
		cmocka_unit_test(test_payload),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_override),
		cmocka_unit_test(test_shell_quote),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_built_in),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
