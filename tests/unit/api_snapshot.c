/* snapshot.h and listing.h: listings as values. */
#include "api_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/clock.h"
#include "api/collection.h"
#include "api/listing.h"
#include "api/memory.h"

static const struct resource things = {.name = "things",
	.path = "/v2/things",
	.list_key = "things",
	.object_key = "thing",
	.id_keys = {"id"},
	.name_keys = {"slug", "name"},
	.queries = {""}};

static struct intern *slots;

static int make_slots(void **state)
{
	(void)state;
	slots = intern_create(1000);
	return 0;
}

static int destroy_slots(void **state)
{
	(void)state;
	intern_destroy(slots);
	return 0;
}

static struct json *thing(int id, const char *name, const char *created)
{
	struct json *json = json_object();

	json_add_number(json, "id", id);
	json_add_string(json, "name", name);
	json_add_string(json, "slug", NULL);
	json_add_string(json, "created_at", created);
	return json;
}

static struct snapshot *empty(void)
{
	struct listing listing = {0};

	return listing_snapshot(&listing, 5, 6);
}

/* Takes old. */
static struct snapshot *with(struct snapshot *old, int id, const char *name, const char *created)
{
	struct json *json = thing(id, name, created);
	char *text = xasprintf("%d", id);
	struct object *object = object_create(&things, slots, json, snapshot_by_id(old, text));
	struct snapshot *new = snapshot_with(old, text, object);

	object_unref(object);
	snapshot_unref(old);
	json_free(json);
	free(text);
	return new;
}

static struct snapshot *without(struct snapshot *old, const char *id)
{
	struct snapshot *new = snapshot_with(old, id, NULL);

	snapshot_unref(old);
	return new;
}

/* All names in order, each with its id: "a=1 b=2". */
static void check(const struct snapshot *snapshot, const char *wanted)
{
	char text[1000] = "";

	for (size_t i = 0; i < snapshot->count; i++) {
		const struct object *object = snapshot->by_name[i];
		size_t used = strlen(text);

		snprintf(text + used, sizeof text - used, "%s%s=%s", i > 0 ? " " : "", object->name,
			object->id);
		assert_ptr_equal(snapshot_by_name(snapshot, object->name), object);
		assert_ptr_equal(snapshot_by_id(snapshot, object->id), object);
		if (i > 0)
			assert_true(strcmp(snapshot->by_id[i - 1]->id, snapshot->by_id[i]->id) < 0);
	}
	assert_string_equal(text, wanted);
}

static void objects_are_sorted_and_found(void **state)
{
	struct snapshot *s = empty();

	(void)state;
	assert_null(snapshot_by_name(s, "x"));
	assert_null(snapshot_by_id(s, "x"));
	s = with(s, 10, "b", "2026-01-01T00:00:00Z");
	s = with(s, 9, "a", "2026-01-02T00:00:00Z");
	s = with(s, 11, "c/d", NULL);
	check(s, "a=9 b=10 c%2Fd=11");
	assert_int_equal(s->taken, 5);
	assert_int_equal(s->taken_at, 6);
	assert_int_equal(snapshot_after(s, ""), 0);
	assert_int_equal(snapshot_after(s, "a"), 1);
	assert_int_equal(snapshot_after(s, "aa"), 1);
	assert_int_equal(snapshot_after(s, "z"), 3);
	assert_int_equal(snapshot_by_id(s, "10")->created, 1767225600);
	assert_int_equal(snapshot_by_id(s, "10")->changed, 1767225600 * CLOCK_NS);
	assert_int_equal(snapshot_by_id(s, "11")->created, 0);
	/* A year of no droplet, and the one that a program written in Go means by none. */
	s = with(s, 12, "late", "9999-01-01T00:00:00Z");
	s = with(s, 13, "early", "0001-01-01T00:00:00Z");
	assert_int_equal(snapshot_by_id(s, "12")->changed, INT64_MAX / CLOCK_NS * CLOCK_NS);
	assert_int_equal(snapshot_by_id(s, "13")->changed, 0);
	s = without(s, "12");
	s = without(s, "13");
	s = without(s, "10");
	s = without(s, "77");
	check(s, "a=9 c%2Fd=11");
	snapshot_unref(s);
}

static void the_oldest_of_a_name_is_plain(void **state)
{
	struct snapshot *s = empty();

	(void)state;
	s = with(s, 30, "web", "2026-01-03T00:00:00Z");
	s = with(s, 20, "web", "2026-01-01T00:00:00Z");
	s = with(s, 9, "web", "2026-01-02T00:00:00Z");
	check(s, "web=20 web~30=30 web~9=9");
	s = without(s, "20");
	check(s, "web=9 web~30=30");
	s = without(s, "30");
	check(s, "web=9");
	s = with(s, 9, "other", "2026-01-02T00:00:00Z");
	check(s, "other=9");
	snapshot_unref(s);

	/* Of one age: the smaller number, not the smaller text. */
	s = with(with(empty(), 100, "x", NULL), 99, "x", NULL);
	check(s, "x=99 x~100=100");
	snapshot_unref(s);
}

/* Ids that begin alike for longer than a name has room. */
static void long_ids_are_told_apart(void **state)
{
	char id[301];
	struct listing listing = {0};

	(void)state;
	memset(id, 'x', sizeof id - 1);
	id[sizeof id - 1] = '\0';
	for (int i = 0; i < 4; i++) {
		struct json *json = json_object();

		id[sizeof id - 2] = (char)('a' + i);
		json_add_string(json, "id", id);
		json_add_string(json, "name", "same");
		listing_add(&listing, object_create(&things, slots, json, NULL));
		json_free(json);
	}
	struct snapshot *snapshot = listing_snapshot(&listing, 5, 6);
	assert_int_equal(snapshot->count, 4);
	for (size_t i = 1; i < 4; i++)
		assert_true(strcmp(snapshot->by_name[i - 1]->name, snapshot->by_name[i]->name) < 0);
	snapshot_unref(snapshot);
}

static void a_name_like_a_suffix_is_still_unique(void **state)
{
	struct snapshot *s = empty();

	(void)state;
	s = with(s, 1, "web", NULL);
	s = with(s, 2, "web", NULL);
	s = with(s, 3, "web~2", NULL);
	check(s, "web=1 web~2=3 web~2~2=2");
	s = with(s, 4, "web~2a", NULL);
	check(s, "web=1 web~2=3 web~2a=4 web~2~2=2");
	s = without(without(s, "3"), "4");
	check(s, "web=1 web~2=2");
	s = without(s, "1");
	check(s, "web=2");
	snapshot_unref(s);
}

static void what_did_not_change_is_shared(void **state)
{
	struct snapshot *one = with(with(empty(), 1, "a", NULL), 2, "b", NULL);
	struct snapshot *two = with(snapshot_ref(one), 1, "a", NULL);

	(void)state;
	assert_ptr_equal(one, two);
	snapshot_unref(two);
	two = with(snapshot_ref(one), 1, "a", "2026-01-03T00:00:00Z");
	assert_ptr_equal(snapshot_by_id(one, "2"), snapshot_by_id(two, "2"));
	assert_ptr_not_equal(snapshot_by_id(one, "1"), snapshot_by_id(two, "1"));
	assert_int_equal(snapshot_by_id(one, "1")->slot, snapshot_by_id(two, "1")->slot);
	assert_true(
		snapshot_by_id(two, "1")->changed > snapshot_by_id(two, "1")->created * CLOCK_NS);
	snapshot_unref(one);
	check(two, "a=1 b=2");
	snapshot_unref(two);
}

static void what_changed_is_told_by_its_time(void **state)
{
	struct snapshot *one = with(with(empty(), 1, "a", NULL), 2, "b", NULL);
	struct snapshot *same = snapshot_with(one, "3", NULL);
	struct snapshot *other = with(snapshot_ref(one), 1, "a", "2026-01-03T00:00:00Z");
	struct snapshot *renamed = with(snapshot_ref(one), 1, "c", NULL);
	struct snapshot *fewer = without(snapshot_ref(one), "2");

	(void)state;
	snapshot_follow(one, NULL);
	assert_true(one->changed == 0 && one->listed == 0);
	snapshot_follow(same, one);
	assert_true(same->changed == one->changed && same->listed == one->listed);
	snapshot_follow(other, one);
	assert_true(other->changed > one->changed && other->listed == one->listed);
	snapshot_follow(renamed, one);
	assert_true(renamed->changed > one->changed && renamed->listed > one->listed);
	snapshot_follow(fewer, one);
	assert_true(fewer->changed > one->changed && fewer->listed > one->listed);
	snapshot_unref(one);
	snapshot_unref(same);
	snapshot_unref(other);
	snapshot_unref(renamed);
	snapshot_unref(fewer);
}

static void ids_and_names_of_any_kind(void **state)
{
	static const struct {
		const char *json, *id, *name;
	} cases[] = {
		{"{\"id\":7,\"slug\":null,\"name\":\"n\"}", "7", "n"},
		{"{\"id\":\"u-u\",\"slug\":\"s\",\"name\":\"n\"}", "u-u", "s"},
		{"{\"id\":3164494123,\"name\":\"\"}", "3164494123", "3164494123"},
		{"{\"id\":\"x\"}", "x", "x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct json *json = json_parse(cases[i].json, strlen(cases[i].json), NULL);
		struct object *object = object_create(&things, slots, json, NULL);
		assert_string_equal(object->id, cases[i].id);
		assert_string_equal(object->name, cases[i].name);
		assert_string_equal(object->text, cases[i].json);
		assert_int_equal(object->length, strlen(cases[i].json));
		object_unref(object);
		json_free(json);
	}
	struct json *json = json_parse("{\"id\":null,\"name\":\"n\"}", 22, NULL);
	struct object *unnamed = object_create(&things, slots, json, NULL);
	assert_string_equal(unnamed->name, "n");
	assert_int_equal(strncmp(unnamed->id, "unnamed-", 8), 0);
	object_unref(unnamed);
	json_free(json);
}

static void long_names_stay_file_names(void **state)
{
	char name[300];
	struct snapshot *s = empty();

	(void)state;
	memset(name, 'a', sizeof name);
	name[299] = '\0';
	s = with(with(s, 1, name, NULL), 2, name, NULL);
	assert_int_equal(s->count, 2);
	assert_int_equal(strlen(s->by_name[0]->name), 255);
	assert_true(strlen(s->by_name[1]->name) <= 255);
	assert_non_null(strstr(s->by_name[1]->name, "~2"));
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_sorted_and_found),
		cmocka_unit_test(the_oldest_of_a_name_is_plain),
		cmocka_unit_test(long_ids_are_told_apart),
		cmocka_unit_test(a_name_like_a_suffix_is_still_unique),
		cmocka_unit_test(what_did_not_change_is_shared),
		cmocka_unit_test(what_changed_is_told_by_its_time),
		cmocka_unit_test(ids_and_names_of_any_kind),
		cmocka_unit_test(long_names_stay_file_names),
	};

	return cmocka_run_group_tests(tests, make_slots, destroy_slots);
}
