/* JSON and YAML as one value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "fs/document.h"

static void is_told_by_its_beginning(void **state)
{
	static const struct {
		const char *text;
		bool document;
	} cases[] = {
		{"{\"a\": 1}", true},
		{"\n\t [1]", true},
		{"name: shop", true},
		{"# of the shop\n\nname: shop\n", true},
		{"\"name\": shop\n", true},
		{"services:\n- name: web\n", true},
		{"---\nname: shop\n", true},
		{"region = sgp1\n", false},
		{"user_data = \"#cloud-config\\nname: x\"\n", false},
		{"name:shop", false},
		{"https://example.com", false},
		{"nginx mysql", false},
		{"a key: of two words", false},
		{": x", false},
		{"", false},
		{"# name: shop", false},
		{"na", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (document_begins(cases[i].text, strlen(cases[i].text)) != cases[i].document)
			fail_msg("case %zu: %s", i, cases[i].text);
}

static void yaml_is_json(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{"name: shop\nregion: nyc\n", "{\"name\":\"shop\",\"region\":\"nyc\"}"},
		{"services:\n- name: web\n  http_port: 8080\n  envs: [{key: A, value: \"1\"}]\n",
			"{\"services\":[{\"name\":\"web\",\"http_port\":8080,"
			"\"envs\":[{\"key\":\"A\",\"value\":\"1\"}]}]}"},
		/* what plain words stand for, and what they do not */
		{"- [null, ~, true, FALSE, 12, -1.5e3, '12', yes, 0755, 1.2.3, +1, .5, 1_000, '']",
			"[[null,null,true,false,12,-1500,\"12\",\"yes\",\"0755\",\"1.2.3\",\"+1\","
			"\".5\",\"1_000\",\"\"]]"},
		{"a:\n", "{\"a\":null}"},
		{"text: |\n  one\n  two\n", "{\"text\":\"one\\ntwo\\n\"}"},
		{"base: &b {x: 1}\nagain: *b\n", "{\"base\":{\"x\":1},\"again\":{\"x\":1}}"},
		{"a/b: 1\n", "{\"a/b\":1}"},
		{"# nothing\n", "null"},
		{"{\"a\": [1, {}]}", "{\"a\":[1,{}]}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		struct json *made = document_parse(cases[i].text, strlen(cases[i].text), &err);
		if (made == NULL)
			fail_msg("case %zu: %s", i, err.message);
		CLEANUP_FREE char *text = json_print(made);
		assert_string_equal(text, cases[i].json);
		json_free(made);
	}
}

static void fails(const char *text, size_t length, const char *words)
{
	struct error err = {0};
	assert_null(document_parse(text, length, &err));
	assert_int_equal(err.code, EINVAL);
	if (strstr(err.message, words) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", err.message, words);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"{\"a\": s3cret}", "as JSON: line 1"},
		{"a: 1\nb: [s3cret\n", "as YAML: line 3"},
		{"a: 1\n\tb: s3cret\n", "as YAML: line 2"},
		{"a: 1\na: s3cret\n", "line 2: this key is there twice"},
		{"? [a, b]\n: s3cret\n", "a key that is no word"},
		{"a: *nowhere\n", "line 1"},
		{"a: 1\n---\nb: s3cret\n", "line 3: a second document begins"},
		{"a: 1\n---\nb: [\n", "as YAML: line"},
		{"a: \"x\\0y\"\n", "NUL"},
	};
	struct error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fails(cases[i].text, strlen(cases[i].text), cases[i].words);
		assert_null(document_parse(cases[i].text, strlen(cases[i].text), &err));
		assert_null(strstr(err.message, "s3cret"));
	}
	fails("a: \xff\n", 5, "as YAML");
}

/* Ten aliases of ten aliases, and so on: ten billion values. A list in a list, without end. */
static void what_would_fill_memory_is_refused(void **state)
{
	CLEANUP_FREE char *bomb = xstrdup("a0: &a0 x\n");
	char deep[2001];

	(void)state;
	for (int i = 1; i <= 10; i++) {
		char *more = xasprintf(
			"%sa%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", bomb,
			i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
		free(bomb);
		bomb = more;
	}
	fails(bomb, strlen(bomb), "too many values");
	fails("&a [*a]", 7, "too deep");
	memset(deep, '[', sizeof deep - 1);
	memcpy(deep, "a: ", 3);
	deep[sizeof deep - 1] = '\0';
	fails(deep, strlen(deep), "as YAML");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_told_by_its_beginning),
		cmocka_unit_test(yaml_is_json),
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
		cmocka_unit_test(what_would_fill_memory_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
