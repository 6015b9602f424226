/* items.h: the items of a list, by themselves or in whatever answer they come, and those that were there before. */
#include "api_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/items.h"
#include "api/listing.h"
#include "api/memory.h"
#include "api_things.h"

#define ONE "{\"id\":1,\"name\":\"a\"}"
#define TWO "{\"id\":2,\"name\":\"b\",\"n\":[{},{\"]\":\"}\"}]}"

/* All of an answer, as "text|text" and the total behind it; known ones are "=id". What was wrong is in err. */
static char *all(const char *body, const struct snapshot *before, struct error *err)
{
	struct known *known = known_create(before);
	struct items items;
	struct item item;
	char *said = xstrdup("");
	int64_t total = -1;
	/* Not a byte behind the end is there to be read. */
	size_t length = strlen(body);
	char *exact = xmalloc(length);

	memcpy(exact, body, length);
	error_clear(err);
	int rc = items_begin(&items, exact, length, "things", known, err);
	for (; rc == 0 && (rc = items_next(&items, &item, err)) > 0; rc = 0) {
		char *printed = item.json != NULL ? json_print(item.json) : NULL;
		char *more = item.known != NULL ? xasprintf("%s=%s|", said, item.known->id)
						: xasprintf("%s%s|", said, printed);

		if (item.text != NULL)
			assert_memory_equal(item.text, printed, item.length);
		free(said);
		free(printed);
		said = more;
	}
	if (rc == 0)
		json_get_integer(items_rest(&items), "meta/total", &total);
	items_finish(&items);
	known_destroy(known);
	free(exact);
	char *whole = rc != 0 ? xasprintf("%s%d", said, rc)
			      : xasprintf("%s%lld", said, (long long)total);
	free(said);
	return whole;
}

static void check(const char *body, const struct snapshot *before, const char *wanted)
{
	struct error err = {0};
	char *said = all(body, before, &err);

	if (strcmp(said, wanted) != 0)
		fail_msg("%s: seen %s, expected %s (%s)", body, said, wanted, err.message);
	free(said);
}

static void test_shapes(void **state)
{
	(void)state;
	check("{\"things\":[" ONE "," TWO "],\"links\":{},\"meta\":{\"total\":2}}", NULL,
		ONE "|" TWO "|2");
	check(" {\n\"things\" : [ " ONE " ,\t" TWO "\r\n] , \"meta\":{\"total\":2} } ", NULL,
		ONE "|" TWO "|2");
	check("{\"things\":[]}", NULL, "-1");
	check("{\"things\":[ ],\"meta\":{\"total\":0}}", NULL, "0");
	check("{\"things\":null,\"meta\":{\"total\":0}}", NULL, "0");
	/* The list is not the first thing that is said. */
	check("{\"meta\":{\"total\":2},\"things\":[" ONE "," TWO "]}", NULL, ONE "|" TWO "|2");
	check("{\"things\":[1,\"x\",null]}", NULL, "1|\"x\"|null|-1");
}

static void test_wrong(void **state)
{
	(void)state;
	check("{\"others\":[]}", NULL, "-74");
	check("{\"things\":{}}", NULL, "-74");
	check("{\" things\":[]}", NULL, "-74");
	check("[]", NULL, "-74");
	check("", NULL, "-22");
	check("<html>", NULL, "-22");
	check("{\"things\":[" ONE ",]}", NULL, ONE "|-22");
	check("{\"things\":[" ONE " " TWO "]}", NULL, "-22");
	check("{\"things\":[" ONE "]} x", NULL, "-22");
	check("{\"things\":[" ONE "]]", NULL, "-22");
	check("{\"things\":[" ONE "],}", NULL, "-22");
	check("{\"things\":[" ONE "] \"meta\":{}}", NULL, "-22");
	check("{\"things\":[\xef\xbb\xbf" ONE "]}", NULL, "-22");
	struct error err = {0};
	free(all("{\"things\":[" ONE ",\n" TWO ",\n{\"id\":}]}", NULL, &err));
	assert_string_equal(err.message, "line 3: not valid JSON");
	error_clear(&err);
	/* White space to cJSON, but not to JSON. */
	free(all("{\"things\":[" ONE "\v," TWO "]}", NULL, &err));
	assert_string_equal(err.message, "not valid JSON");
}

/* An item that is too large for the room they are parsed in, between two that are not, and one that breaks off in it. */
static void test_large(void **state)
{
	enum { VALUES = 5000 };
	char large[2 * VALUES + 3] = "[0";

	(void)state;
	for (size_t i = 1; i < VALUES; i++)
		memcpy(large + 2 * i, ",0", 2);
	CLEANUP_FREE char *whole = xasprintf(
		"{\"things\":[" ONE ",%s]," TWO ",%s]," ONE "]}", large, large);
	CLEANUP_FREE char *wanted = xasprintf(ONE "|%s]|" TWO "|%s]|" ONE "|-1", large, large);
	check(whole, NULL, wanted);
	CLEANUP_FREE char *broken = xasprintf("{\"things\":[" ONE ",%s,x]," TWO "]}", large);
	check(broken, NULL, ONE "|-22");
}

/* Wherever it is cut off: no item is made up, nothing behind it is read. */
static void test_cut_off(void **state)
{
	const char whole[] = "{\"things\":[" ONE "," TWO "],\"meta\":{\"total\":2}}";

	(void)state;
	for (size_t length = 0; length + 1 < sizeof whole; length++) {
		struct error err = {0};
		char *body = xstrndup(whole, length);
		char *said = all(body, NULL, &err);

		if (strstr(said, "-22") == NULL)
			fail_msg("%s: seen %s", body, said);
		free(said);
		free(body);
	}
}

static struct snapshot *before(struct intern *slots, const char *const *texts, size_t count)
{
	struct listing listing = {0};

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(texts[i]);
		struct json *json = json_parse(texts[i], length, NULL);

		listing_add(&listing, object_take(&things, slots, json, texts[i], length, NULL));
		json_free(json);
	}
	return listing_snapshot(&listing, 0, 0);
}

static void test_known(void **state)
{
	const char *const texts[] = {TWO, ONE, "1", "{\"id\":12,\"name\":\"c\"}"};
	struct intern *slots = intern_create(10);
	struct snapshot *old = before(slots, texts, 4);

	(void)state;
	check("{\"things\":[" ONE "," TWO "],\"meta\":{\"total\":2}}", old, "=1|=2|2");
	check("{\"things\":[ " TWO " , " ONE " ]}", old, "=2|=1|-1");
	check("{\"things\":[{\"id\":1,\"name\":\"b\"}," TWO "]}", old,
		"{\"id\":1,\"name\":\"b\"}|=2|-1");
	/* A number can be the beginning of another one. */
	check("{\"things\":[12," ONE "]}", old, "12|=1|-1");
	check("{\"things\":[" ONE "x]}", old, "-22");
	check("{\"things\":[{\"id\":1,", old, "-22");
	snapshot_unref(old);
	intern_destroy(slots);
}

/* Written in another way it is the same object, and keeps its text. */
static void test_equal(void **state)
{
	const char *const texts[] = {ONE};
	const char *other = "{\"id\": 1.0, \"name\": \"a\"}";
	const char *escaped = "{\"id\":1,\"name\":\"\\u0061\"}";
	struct intern *slots = intern_create(10);
	struct snapshot *old = before(slots, texts, 1);
	struct json *json = json_parse(other, strlen(other), NULL);
	struct object *same = object_take(
		&things, slots, json, other, strlen(other), old->by_id[0]);
	struct object *apart = object_take(&things, slots, json, other, strlen(other), NULL);

	(void)state;
	assert_ptr_equal(same, old->by_id[0]);
	assert_string_equal(apart->text, other);
	assert_true(object_equal(apart, same));
	/* What is written by numbers is not kept so: it is looked for in texts. */
	struct json *other_json = json_parse(escaped, strlen(escaped), NULL);
	struct object *plain = object_take(
		&things, slots, other_json, escaped, strlen(escaped), NULL);
	assert_string_equal(plain->text, ONE);
	object_unref(plain);
	json_free(other_json);
	json_add_string(json, "name", "b");
	struct object *renamed = object_create(&things, slots, json, same);
	assert_ptr_not_equal(renamed, same);
	assert_false(object_equal(renamed, same));
	object_unref(renamed);
	object_unref(apart);
	object_unref(same);
	json_free(json);
	snapshot_unref(old);
	intern_destroy(slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
