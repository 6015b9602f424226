/* error.h, clock.h, intern.h and the names of snapshot.h: what is done to text before it is shown. */
#include "api_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/clock.h"
#include "api/error.h"
#include "api/http.h"
#include "api/intern.h"
#include "api/memory.h"
#include "api/snapshot.h"

static void first_message_wins(void **state)
{
	struct error err = {0};

	(void)state;
	assert_int_equal(error_set(&err, EIO, "first %d", 1), -EIO);
	assert_int_equal(error_set(&err, EACCES, "second"), -EACCES);
	assert_int_equal(err.code, EIO);
	assert_string_equal(err.message, "first 1");
	assert_int_equal(error_prefix(&err, "listing %s", "droplets"), -EIO);
	assert_string_equal(err.message, "listing droplets: first 1");
	error_clear(&err);
	assert_int_equal(err.code, 0);
	assert_int_equal(error_prefix(&err, "x"), 0);
	assert_string_equal(err.message, "");
	assert_int_equal(error_set(NULL, EINVAL, "nobody listens"), -EINVAL);
	assert_int_equal(error_prefix(NULL, "x"), -EIO);
}

static void long_messages_are_cut_between_characters(void **state)
{
	struct error err = {0};
	char text[2000];

	(void)state;
	for (size_t i = 0; i + 2 < sizeof text; i += 2)
		memcpy(text + i, "é", 3);
	error_set(&err, EIO, "%s", text);
	assert_int_equal(strlen(err.message), 998);
	error_prefix(&err, "y");
	assert_int_equal(strlen(err.message), 999);
	assert_memory_equal(err.message, "y: é", 5);
	error_prefix(&err, "z");
	assert_int_equal(strlen(err.message), 998);
}

static void text_is_harmless(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{"plain — text", "plain — text"},
		{"\033[31mred\007", "?[31mred?"},
		{"a\nb\tc\177", "a?b?c?"},
		{"\xc2\x9b"
		 "31m",
			"?31m"},
		{"\xff\xfe\xc0\x80", "????"},
		{"\xed\xa0\x80", "???"},
		{"abc\xe2\x80\xaetxt", "abc?txt"},
		{"cut \xe2\x82", "cut ??"},
	};
	char to[100];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(text_plain(to, sizeof to, cases[i].from), cases[i].to);
	assert_string_equal(text_plain(to, 5, "abéé"), "abé");
	assert_string_equal(text_plain(to, 1, "abéé"), "");
}

static void times(void **state)
{
	static const struct {
		const char *text;
		time_t time;
	} cases[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-11-24T20:13:05Z", 1795551185},
		{"2026-11-24T20:13:05.123456Z", 1795551185},
		{"2026-11-25T01:43:05+05:30", 1795551185},
		{"2024-02-29T00:00:00Z", 1709164800},
		{"2023-02-29T00:00:00Z", -1},
		{"2026-13-01T00:00:00Z", -1},
		{"2026-11-24T24:00:00Z", -1},
		{"2026-11-24T20:13:05", -1},
		{"2026-11-24T20:13:05.Z", -1},
		{"2026-11-24T20:13:05Zx", -1},
		{"2026-11-24", -1},
		{"", -1},
		{NULL, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(clock_parse(cases[i].text), cases[i].time);
	char stamp[CLOCK_STAMP];
	assert_string_equal(
		clock_stamp(stamp, clock_parse("2026-11-24T20:13:05Z")), "2026-11-24T20:13:05Z");
	assert_string_equal(clock_stamp(stamp, INT64_MAX), "");
}

static void names_become_file_names(void **state)
{
	static const struct {
		const char *name, *file;
	} cases[] = {
		{"web1", "web1"},
		{"sridhar@laptop", "sridhar@laptop"},
		{"a/b", "a%2Fb"},
		{"100%", "100%25"},
		{".", "%2E"},
		{"..", "%2E."},
		{".hidden.txt", "%2Ehidden.txt"},
		{"tab\tnl\n", "tab%09nl%0A"},
		{"\xffx", "%FFx"},
		{"größe", "größe"},
		{"", "%00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *file = name_encode(cases[i].name), *name = name_decode(file);
		assert_string_equal(file, cases[i].file);
		assert_string_equal(name, cases[i].name);
		free(file);
		free(name);
	}
	assert_null(name_decode("%"));
	assert_null(name_decode("a%2"));
	assert_null(name_decode("%G0"));
}

static void long_names_are_cut(void **state)
{
	char name[600];
	char *file;

	(void)state;
	memset(name, 'a', sizeof name);
	memcpy(name + 253, "/b", 2);
	name[sizeof name - 1] = '\0';
	file = name_encode(name);
	assert_int_equal(strlen(file), 253); /* no half an escape */
	free(file);
	memcpy(name + 253, "€", 3);
	file = name_encode(name);
	assert_int_equal(strlen(file), 253);
	free(file);
}

static void interned_strings_stay(void **state)
{
	struct intern *intern = intern_create(1000);
	const char *first;

	(void)state;
	assert_int_equal(intern_put(intern, "zero"), 0);
	first = intern_text(intern, 0);
	for (unsigned i = 1; i < 1000; i++) {
		char *text = xasprintf("%u", i);
		assert_int_equal(intern_put(intern, text), i);
		free(text);
	}
	assert_int_equal(intern_put(intern, "zero"), 0);
	assert_int_equal(intern_put(intern, "999"), 999);
	assert_int_equal(intern_put(intern, "one too many"), INTERN_NONE);
	assert_ptr_equal(intern_text(intern, 0), first);
	assert_null(intern_text(intern, 1000));
	intern_destroy(intern);
	intern_destroy(NULL);
}

static void segments_are_escaped(void **state)
{
	char *text = http_escape("a b/c?d=é&~._-9");

	(void)state;
	assert_string_equal(text, "a%20b%2Fc%3Fd%3D%C3%A9%26~._-9");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_message_wins),
		cmocka_unit_test(long_messages_are_cut_between_characters),
		cmocka_unit_test(text_is_harmless),
		cmocka_unit_test(times),
		cmocka_unit_test(names_become_file_names),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(interned_strings_stay),
		cmocka_unit_test(segments_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
