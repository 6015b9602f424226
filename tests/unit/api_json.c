#include "api_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "api/memory.h"

static struct json *parse(const char *text)
{
	struct json *value = json_parse(text, strlen(text), NULL);

	assert_non_null(value);
	return value;
}

static void bad_input_is_refused(void **state)
{
	static const struct {
		const char *text, *place;
	} cases[] = {
		{"", "line 1: "},
		{"{", "line 1: "},
		{"{\n\"a\": 1,\n}", "line 3: "},
		{"[1, 2,]", "line 1: "},
		{"{\"a\" 1}", "line 1: "},
		{"\n\n{} x", "line 3: "},
		{"{}{}", "line 1: "},
		{"nul", "line 1: "},
		{"\"open", "line 1: "},
		{"{'a': 1}", "line 1: "},
		{"<html></html>", "line 1: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		assert_null(json_parse(cases[i].text, strlen(cases[i].text), &err));
		assert_int_equal(err.code, EINVAL);
		assert_memory_equal(err.message, cases[i].place, strlen(cases[i].place));
	}
}

static void text_ends_where_it_ends(void **state)
{
	struct error err = {0};

	(void)state;
	assert_null(json_parse("{}\0{}", 5, &err));
	assert_non_null(strstr(err.message, "NUL"));
	assert_null(json_parse("{\"a\":1}", 5, NULL));
	struct json *value = json_parse("{} \n\t\r trailing", 7, NULL);
	assert_non_null(value);
	json_free(value);
}

static void depth_is_bounded(void **state)
{
	static char text[200002];
	size_t depth = 100000;

	(void)state;
	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	assert_null(json_parse(text, 2 * depth, NULL));
	struct json *value = json_parse(text + depth - 500, 1000, NULL);
	assert_non_null(value);
	free(json_print(value));
	free(json_print_pretty(value));
	json_free(value);
}

static void paths_are_followed(void **state)
{
	struct json *value = parse(
		"{\"region\": {\"slug\": \"nyc3\", \"n\": 3}, \"list\": [1], \"x\": null}");
	int64_t number = 7;

	(void)state;
	assert_string_equal(json_get_string(value, "region/slug"), "nyc3");
	assert_ptr_equal(json_get(value, ""), value);
	assert_null(json_get(value, "region/slug/more"));
	assert_null(json_get(value, "list/0"));
	assert_null(json_get(value, "Region/slug"));
	assert_null(json_get(value, "reg"));
	assert_null(json_get_string(value, "region"));
	assert_null(json_get_string(NULL, "a/b"));
	assert_true(json_get_integer(value, "region/n", &number));
	assert_int_equal(number, 3);
	assert_false(json_get_integer(value, "region/slug", &number));
	assert_int_equal(json_type(json_get(value, "x")), JSON_NULL);
	assert_int_equal(json_type(json_get(value, "y")), JSON_MISSING);
	assert_int_equal(json_count(value), 3);
	assert_int_equal(json_count(NULL), 0);
	assert_null(json_first(json_get(value, "region/slug")));
	assert_string_equal(json_key(json_first(value)), "region");
	json_free(value);
}

static void scalars_read_as_text(void **state)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{"\"s p\"", "s p"},
		{"12", "12"},
		{"-3", "-3"},
		{"0.00744", "0.00744"},
		{"5.5", "5.5"},
		{"0.1", "0.1"},
		{"1e300", "1e+300"},
		{"4294967296", "4294967296"},
		{"9007199254740991", "9007199254740991"},
		{"9007199254740993", "9007199254740993"},
		{"-9223372036854775808", "-9223372036854775808"},
		{"18446744073709551615", "18446744073709551615"},
		{"9.2233720368547758e+18", "9223372036854775808"},
		{"true", "true"},
		{"false", "false"},
		{"null", ""},
		{"[1, \"a\"]", "[1,\"a\"]"},
		{"{\"a\": {}}", "{\"a\":{}}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct json *value = parse(cases[i].json);
		char *text = json_text(value);
		assert_string_equal(text, cases[i].text);
		free(text);
		json_free(value);
	}
}

static void integers_are_whole(void **state)
{
	struct json *value = parse("[1.5, 1e30, \"1\", -9007199254740992, true]");
	int64_t number = 0;
	unsigned integers = 0;

	(void)state;
	for (const struct json *at = json_first(value); at != NULL; at = json_next(at))
		integers += json_integer(at, &number);
	assert_int_equal(integers, 1);
	assert_int_equal(number, -9007199254740992);
	json_free(value);
}

static void long_numbers_keep_their_digits(void **state)
{
	static const char text[] =
		"{\"id\":9223372036854775807,\"list\":[1,-9007199254740993,0.12345678901234566,"
		"true],\"9007199254740993\":\"\\\"9007199254740993\",\"n\":1000000000000000,"
		"\"last\":9007199254740995}";
	struct json_room *room = json_room_create();
	struct json *value = parse(text), *copy = json_copy(value), *made = json_new_number(1e15);
	size_t length = 0;
	int64_t number = 0;

	(void)state;
	char *printed = json_print(copy);
	assert_string_equal(printed, text);
	free(printed);
	printed = json_print(json_parse_first(room, text, sizeof text - 1, &length));
	assert_string_equal(printed, text);
	free(printed);
	assert_true(json_equal(value, copy));
	assert_true(json_equal(json_get(value, "n"), made));
	assert_int_equal(json_type(json_get(value, "id")), JSON_NUMBER);
	assert_true(json_get_integer(value, "id", &number));
	assert_int_equal(number, INT64_MAX);
	json_free(value);
	json_free(made);
	value = parse(" 18446744073709551615 ");
	assert_false(json_integer(value, &number));
	json_free(value);
	json_free(copy);
	json_room_destroy(room);
}

static void values_are_built(void **state)
{
	struct json *value = json_object(), *list = json_array();

	(void)state;
	json_add_string(value, "name", "old");
	json_add_string(value, "name", "n\"ew");
	json_add_number(value, "n", 2);
	json_add_bool(value, "b", true);
	json_add_string(list, NULL, "x");
	json_add_string(list, NULL, NULL);
	json_add(value, "list", list);
	json_add(value, "gone", json_object());
	json_remove(value, "gone");
	json_remove(value, "never");
	struct json *copy = json_copy(value);
	json_free(value);
	char *text = json_print(copy);
	assert_string_equal(
		text, "{\"name\":\"n\\\"ew\",\"n\":2,\"b\":true,\"list\":[\"x\",null]}");
	free(text);
	text = json_print_pretty(copy);
	assert_string_equal(text, "{\n  \"name\": \"n\\\"ew\",\n  \"n\": 2,\n  \"b\": true,\n"
				  "  \"list\": [\n    \"x\",\n    null\n  ]\n}");
	free(text);
	struct json *odd = parse(
		"{\"}\":\"[{\\\\\",\"a\":[],\"o\":{},\"l\":[{\"q\":\"\\\"\"},[1,-2.5]]}");
	text = json_print_pretty(odd);
	assert_string_equal(text,
		"{\n  \"}\": \"[{\\\\\",\n  \"a\": [],\n  \"o\": {},\n  \"l\": [\n    {\n"
		"      \"q\": \"\\\"\"\n    },\n    [\n      1,\n      -2.5\n    ]\n  ]\n}");
	free(text);
	json_free(odd);
	assert_true(json_is_true(json_get(copy, "b")));
	assert_false(json_is_true(json_get(copy, "n")));
	json_free(copy);
	assert_null(json_copy(NULL));
}

static void a_path_makes_what_is_on_the_way(void **state)
{
	struct json *value = parse("{\"config\":{\"min\":1},\"name\":\"a\"}");

	(void)state;
	json_put(value, "name", json_array());
	json_put(value, "config/max", json_array());
	json_put(value, "template/network/ids", json_array());
	json_put(value, "name/first", json_array());
	char *text = json_print(value);
	assert_string_equal(text, "{\"config\":{\"min\":1,\"max\":[]},\"name\":{\"first\":[]},"
				  "\"template\":{\"network\":{\"ids\":[]}}}");
	free(text);
	json_free(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_input_is_refused),
		cmocka_unit_test(text_ends_where_it_ends),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(paths_are_followed),
		cmocka_unit_test(scalars_read_as_text),
		cmocka_unit_test(integers_are_whole),
		cmocka_unit_test(long_numbers_keep_their_digits),
		cmocka_unit_test(values_are_built),
		cmocka_unit_test(a_path_makes_what_is_on_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
