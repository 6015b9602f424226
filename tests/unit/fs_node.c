/* Nodes are values packed into inode numbers: nothing may be lost on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fs/kind.h"
#include "fs/node.h"

static void check_round_trip(struct node node)
{
	struct node back = node_unpack(node_pack(node));
	assert_int_equal(back.kind, node.kind);
	assert_int_equal(back.unborn, node.unborn);
	assert_int_equal(back.type, node.type);
	assert_int_equal(back.entry, node.entry);
	assert_int_equal(back.slot, node.slot);
	assert_int_equal(back.other, node.other);
}

static void test_round_trip(void **state)
{
	(void)state;
	check_round_trip((struct node){0});
	check_round_trip(
		(struct node){.kind = KINDS - 1, .type = NODE_FILE, .entry = NODE_ENTRIES - 1});
	check_round_trip((struct node){.kind = 31,
		.unborn = true,
		.type = 31,
		.entry = NODE_ENTRIES - 1,
		.slot = NODE_SLOTS - 1,
		.other = NODE_OTHERS - 2});
	/* A link has the slot of what it leads to. */
	check_round_trip((struct node){
		.kind = KIND_tags, .type = NODE_LINKED, .slot = 1, .other = NODE_SLOTS - 1});
}

static void test_root_is_one(void **state)
{
	(void)state;
	assert_int_equal(node_pack((struct node){.type = NODE_ROOT}), 1);
}

/* GNU cp copies in the order of inode numbers: a droplet's spec must come after all else. */
static void test_spec_is_last(void **state)
{
	(void)state;
	const struct kind *droplets = kinds[KIND_droplets];
	unsigned last = 0;
	while (droplets->files[last + 1].name)
		last++;
	assert_string_equal(droplets->files[last].name, "spec");
	struct node spec = {
		.kind = KIND_droplets, .type = NODE_FILE, .entry = (uint16_t)last, .slot = 7};
	for (unsigned type = NODE_OBJECT; type < NODE_FILE; type++) {
		struct node node = node_beside(spec, type, NODE_ENTRIES - 1, NODE_OTHERS - 2);
		assert_true(node_pack(node) < node_pack(spec));
	}
}

/* And of a draft what can be written comes before what only tells something, which the copy has, too. */
static void test_draft_begins_with_its_texts(void **state)
{
	(void)state;
	struct node told = {.kind = KIND_droplets, .unborn = true, .type = NODE_FILE, .slot = 7};
	for (struct node text = told; kinds[KIND_droplets]->files[text.entry].name; text.entry++) {
		check_round_trip(text);
		if (!kinds[KIND_droplets]->files[text.entry].submit)
			continue;
		for (told.entry = 0; kinds[KIND_droplets]->files[told.entry].name; told.entry++)
			if (!kinds[KIND_droplets]->files[told.entry].submit)
				assert_true(node_pack(text) < node_pack(told));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_root_is_one),
		cmocka_unit_test(test_spec_is_last),
		cmocka_unit_test(test_draft_begins_with_its_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
