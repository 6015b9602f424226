/* What a spec may say, and what bad input gets: each row with its errno and its sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/collection.h"
#include "api/listing.h"
#include "api/memory.h"
#include "fs/reference.h"
#include "fs/spec.h"
#include "fs/words.h"

/* An inventory of a few. */

static const struct {
	unsigned kind;
	const char *json;
} inventory[] = {
	{KIND_account, "{\"uuid\":\"u\",\"email\":\"a@example.com\",\"droplet_limit\":3}"},
	{KIND_regions, "{\"slug\":\"sgp1\",\"name\":\"Singapore 1\",\"available\":true}"},
	{KIND_regions, "{\"slug\":\"syd1\",\"name\":\"Sydney 1\",\"available\":true}"},
	{KIND_regions, "{\"slug\":\"nyc2\",\"name\":\"New York 2\",\"available\":false}"},
	{KIND_sizes,
		"{\"slug\":\"s-1vcpu-512mb-10gb\",\"memory\":512,\"disk\":10,\"available\":true,"
		"\"regions\":[\"syd1\",\"nyc2\"],\"price_monthly\":4}"},
	{KIND_sizes, "{\"slug\":\"s-1vcpu-2gb\",\"memory\":2048,\"disk\":50,\"available\":true,"
		     "\"regions\":[\"sgp1\",\"syd1\",\"nyc2\"],\"price_monthly\":12}"},
	{KIND_sizes, "{\"slug\":\"s-2vcpu-2gb\",\"memory\":2048,\"disk\":60,\"available\":true,"
		     "\"regions\":[\"sgp1\"],\"price_monthly\":18}"},
	{KIND_sizes, "{\"slug\":\"old-512mb\",\"memory\":512,\"disk\":20,\"available\":false,"
		     "\"regions\":[]}"},
	{KIND_sizes, "{\"slug\":\"c-4gb\",\"memory\":4096,\"disk\":25,\"available\":true,"
		     "\"regions\":[\"sgp1\"]}"},
	{KIND_images, "{\"id\":1,\"slug\":\"debian-12-x64\",\"distribution\":\"Debian\",\"name\":"
		      "\"12 x64\","
		      "\"min_disk_size\":7,\"regions\":[\"sgp1\",\"syd1\",\"nyc2\"]}"},
	{KIND_images, "{\"id\":2,\"slug\":\"debian-13-x64\",\"distribution\":\"Debian\",\"name\":"
		      "\"13 x64\","
		      "\"min_disk_size\":7,\"regions\":[\"syd1\"]}"},
	{KIND_images, "{\"id\":3,\"slug\":null,\"distribution\":\"Debian\",\"name\":\"my golden\","
		      "\"min_disk_size\":30,\"regions\":[\"sgp1\"]}"},
	{KIND_images, "{\"id\":4,\"slug\":null,\"distribution\":\"Debian\",\"name\":\"nightly\","
		      "\"regions\":[]}"},
	{KIND_images, "{\"id\":5,\"slug\":null,\"distribution\":\"Debian\",\"name\":\"nightly\","
		      "\"regions\":[]}"},
	{KIND_ssh_keys, "{\"id\":11,\"name\":\"sridhar@laptop\",\"fingerprint\":\"aa:bb\"}"},
	{KIND_ssh_keys, "{\"id\":12,\"name\":\"my laptop\",\"fingerprint\":\"cc:dd\"}"},
};

struct world {
	struct intern *slots[KINDS];
	struct snapshot *snapshots[KINDS];
	int fails; /* what a listing answers */
};

static int list(void *context, unsigned kind, struct snapshot **ret, struct error *err)
{
	const struct world *world = context;
	if (world->fails == -EINPROGRESS)
		return world->fails;
	if (world->fails)
		return error_set(err, -world->fails, "the API cannot be reached");
	*ret = snapshot_ref(world->snapshots[kind]);
	return 0;
}

static int check_stack(void *context, const char *text, bool at_boot, struct error *err)
{
	(void)context;
	(void)at_boot;
	return strstr(text, "nginxx")
		       ? error_set(err, EINVAL, "line 1: there is no component \"nginxx\"")
		       : 0;
}

static void put(struct world *world, unsigned kind, const char *text)
{
	struct json *json = json_parse(text, strlen(text), NULL);
	CLEANUP_FREE char *id = resource_id(&kinds[kind]->resource, json);
	struct snapshot *old = world->snapshots[kind];
	struct object *object = object_create(
		&kinds[kind]->resource, world->slots[kind], json, NULL);
	world->snapshots[kind] = snapshot_with(old, id, object);
	object_unref(object);
	snapshot_unref(old);
	json_free(json);
}

static int start(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	for (unsigned i = 0; i < KINDS; i++) {
		world->slots[i] = intern_create(100);
		world->snapshots[i] = xcalloc(1, sizeof(struct snapshot));
		world->snapshots[i]->refs = 1;
	}
	for (size_t i = 0; i < sizeof(inventory) / sizeof(*inventory); i++)
		put(world, inventory[i].kind, inventory[i].json);
	*state = world;
	return 0;
}

static int stop(void **state)
{
	struct world *world = *state;
	for (unsigned i = 0; i < KINDS; i++) {
		snapshot_unref(world->snapshots[i]);
		intern_destroy(world->slots[i]);
	}
	free(world);
	return 0;
}

static int parse(struct world *world, const char *text, size_t length, bool partial,
	struct spec **ret, struct error *err)
{
	const struct spec_world told = {.list = list, .check_stack = check_stack, .context = world};
	return spec_parse(
		&told, kinds[KIND_droplets], "tenant42", NULL, text, length, partial, ret, err);
}

static bool matches(const char *text, const char *pattern)
{
	regex_t regex;
	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	bool found = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}

#define GOOD "region = sgp1\nsize = s-1vcpu-2gb\nimage = debian-12-x64\n"

/* What is refused. */

static const struct refusal {
	const char *what, *text;
	size_t length; /* 0: strlen(text) */
	int code;
	const char *sentence; /* regular expression */
} refusals[] = {
	{"unknown key", "region=sgp1\nsise = x\nsize=s-1vcpu-2gb\nimage=1\n", 0, EINVAL,
		"^line 2: unknown key “sise”: did you mean size\\?$"},
	{"a key that was pasted",
		GOOD "user_data = -----BEGIN KEY-----\nc2VjcmV0\nc2VjcmV0==\nsize = x\n", 0, EINVAL,
		"^line 5: no `key = value`: what has several lines is one, [^;]*; line 7: size is "
		"there twice, first on line 2$"},
	{"a value that is a comment", GOOD "tags = #ops\n", 0, EINVAL,
		"^line 4: tags has no value, for # begins a comment: quote what has one"},
	{"unknown key, none near", GOOD "frobnicate = x\n", 0, EINVAL,
		"line 4: unknown key.*there are region, size"},
	{"missing key", "region = sgp1\nimage = debian-12-x64\n", 0, EINVAL,
		"^size is missing: `size = s-1vcpu-2gb`$"},
	{"key twice", GOOD "region = syd1\n", 0, EINVAL,
		"line 4: region is there twice, first on line 1"},
	{"all mistakes at once", "region = sgp1\nregion = sgp1\nsise = x\nsize = s-1vcpu-2gb\n", 0,
		EINVAL,
		"line 2: region is there twice.*; line 3: unknown key “sise”.*; image is missing"},
	{"unknown region", "region = syd9\nsize = s-1vcpu-2gb\nimage = 1\n", 0, EINVAL,
		"^line 1: unknown region “syd9”: did you mean syd1\\? `ls regions` shows all$"},
	{"unknown size", "region = sgp1\nsize = s-1vcpu-2gbb\nimage = 1\n", 0, EINVAL,
		"line 2: unknown size “s-1vcpu-2gbb”: did you mean s-1vcpu-2gb\\?"},
	{"unknown image", "region = sgp1\nsize = s-1vcpu-2gb\nimage = debian-21-x64\n", 0, EINVAL,
		"line 3: unknown image “debian-21-x64”: did you mean debian-1[23]-x64\\?"},
	{"part of a name", "region = sgp1\nsize = s-1vcpu-2gb\nimage = debian\n", 0, EINVAL,
		"unknown image “debian”: there are debian-12-x64"},
	{"unknown ssh key", GOOD "ssh_keys = nobody@nowhere\n", 0, EINVAL,
		"line 4: unknown ssh_key “nobody@nowhere”.*ls ssh_keys"},
	{"one of two ssh keys", GOOD "ssh_keys = sridhar@laptop, nobody\n", 0, EINVAL,
		"unknown ssh_key “nobody”"},
	{"several images", "region = sgp1\nsize = s-1vcpu-2gb\nimage = nightly\n", 0, EINVAL,
		"image “nightly” may mean 4, 5: write which one"},
	{"several sizes of a memory", "region = sgp1\nsize = 2GB\nimage = 1\n", 0, EINVAL,
		"size “2GB” may mean s-1vcpu-2gb, s-2vcpu-2gb"},
	{"size not in that region", "region = sgp1\nsize = s-1vcpu-512mb-10gb\nimage = 1\n", 0,
		EINVAL,
		"line 2: size s-1vcpu-512mb-10gb is not offered in sgp1, but in syd1, nyc2"},
	{"image not in that region", "region = sgp1\nsize = s-1vcpu-2gb\nimage = debian-13-x64\n",
		0, EINVAL, "line 3: image debian-13-x64 is not available in sgp1, but in syd1"},
	{"image too large", "region = sgp1\nsize = c-4gb\nimage = my golden\n", 0, EINVAL,
		"line 3: this image needs a disk of 30 GiB, size c-4gb has 25"},
	{"region that takes none", "region = nyc2\nsize = s-1vcpu-2gb\nimage = 1\n", 0, EINVAL,
		"line 1: region nyc2 takes no new droplets"},
	{"control character", GOOD "tags = a\001b\n", 0, EINVAL,
		"line 4: tags: there is a control character \\(0x01\\)"},
	{"invalid UTF-8", GOOD "tags = \303\050\n", 0, EINVAL, "line 4: tags: that is not UTF-8"},
	{"NUL", GOOD "tags = a\0b\n", sizeof(GOOD "tags = a\0b\n") - 1, EINVAL,
		"line 4: tags: there is a NUL"},
	{"no key = value", "region\n", 0, EINVAL, "line 1: “region” is no `key = value`"},
	{"no boolean", GOOD "backups = perhaps\n", 0, EINVAL,
		"line 4: backups takes true or false, not “perhaps”"},
	{"bad tag", GOOD "tags = a!b\n", 0, EINVAL, "line 4: tags: “a!b”"},
	{"a tag of docloud's own", GOOD "tags = docloud\n", 0, EINVAL, "docloud's own"},
	{"another name", GOOD "name = other\n", 0, EINVAL,
		"line 4: the name is that of the directory, “tenant42”"},
	{"unknown component", GOOD "stack = nginx nginxx\n", 0, EINVAL,
		"^line 4: stack: there is no component \"nginxx\"$"},
	{"unknown delivery", GOOD "delivery = pigeon\n", 0, EINVAL, "pigeon.*cloud-init"},
	{"a quote without end", GOOD "user_data = \"x\n", 0, EINVAL,
		"line 4: user_data: the quote does not end"},
	{"no object", GOOD "backup_policy = weekly\n", 0, EINVAL,
		"line 4: backup_policy takes a JSON object"},
	{"JSON, trailing comma", "{\"region\":\"sgp1\",}", 0, EINVAL, "JSON.*line 1"},
	{"JSON, unknown key", "{\"region\":\"sgp1\",\"size\":\"c-4gb\",\"image\":1,\"sise\":1}", 0,
		EINVAL, "unknown key “sise”: did you mean size"},
	{"JSON, no object", "[\"sgp1\"]", 0, EINVAL, "no object"},
	{"JSON, another name",
		"{\"name\":\"x\",\"region\":\"sgp1\",\"size\":\"c-4gb\",\"image\":1}", 0, EINVAL,
		"the name is that of the directory"},
	{"JSON, wrong type", "{\"region\":[],\"size\":\"c-4gb\",\"image\":1}", 0, EINVAL,
		"region takes one name"},
	{"JSON, control character",
		"{\"region\":\"sgp1\",\"size\":\"c-4gb\",\"image\":1,\"tags\":[\"a\\u0001\"]}", 0,
		EINVAL, "tags: there is a control character"},
	{"only a comment", "# nothing\n", 0, EINVAL,
		"region is missing.*size is missing.*image is missing"},
};

static void bad_input_is_refused(void **state)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		const struct refusal *row = &refusals[i];
		struct error err = {0};
		struct spec *spec = NULL;
		size_t length = row->length ? row->length : strlen(row->text);
		int rc = parse(*state, row->text, length, false, &spec, &err);
		if (rc != -row->code || err.code != row->code ||
			!matches(err.message, row->sentence))
			fail_msg("%s: %d, “%s”, not /%s/", row->what, rc, err.message,
				row->sentence);
		assert_null(spec);
	}
}

static void what_is_too_large_is_refused(void **state)
{
	struct error err = {0};
	struct spec *spec = NULL;
	CLEANUP_FREE char *large = xmalloc(1 << 20);
	memset(large, '#', 1 << 20);
	assert_int_equal(parse(*state, large, 1 << 20, true, &spec, &err), -EFBIG);
	assert_true(matches(err.message, "too large.*256 KiB"));
	error_clear(&err);
	memset(large, 'x', 70000);
	large[70000] = '\0';
	CLEANUP_FREE char *text = xasprintf(GOOD "user_data = %s\n", large);
	assert_int_equal(parse(*state, text, strlen(text), false, &spec, &err), -EINVAL);
	assert_true(matches(err.message, "line 4: user_data has 70000 bytes.*64 KiB"));
}

static void the_limit_of_the_account(void **state)
{
	struct error err = {0};
	struct spec *spec = NULL;
	put(*state, KIND_droplets, "{\"id\":1,\"name\":\"a\"}");
	put(*state, KIND_droplets, "{\"id\":2,\"name\":\"b\"}");
	assert_int_equal(parse(*state, GOOD, strlen(GOOD), false, &spec, &err), 0);
	spec_free(spec);
	put(*state, KIND_droplets, "{\"id\":3,\"name\":\"c\"}");
	assert_int_equal(parse(*state, GOOD, strlen(GOOD), false, &spec, &err), -EDQUOT);
	assert_true(matches(err.message, "may have 3 droplets"));
}

static void without_an_inventory(void **state)
{
	struct world *world = *state;
	struct error err = {0};
	struct spec *spec = NULL;
	world->fails = -EINPROGRESS;
	assert_int_equal(parse(world, GOOD, strlen(GOOD), false, &spec, &err), -EINPROGRESS);
	assert_int_equal(err.code, 0);
	world->fails = -EHOSTUNREACH;
	assert_int_equal(parse(world, GOOD, strlen(GOOD), false, &spec, &err), -EHOSTUNREACH);
	assert_string_equal(err.message, "the API cannot be reached");
}

/* What is taken. */

#define BODY                                                                                      \
	"{\"name\":\"tenant42\",\"region\":\"sgp1\",\"size\":\"s-1vcpu-2gb\",\"image\":\"debian-" \
	"12-x64\""

static const struct taking {
	const char *what, *text, *body;
} takings[] = {
	{"plain", GOOD, BODY "}"},
	{"without a last newline", "region=sgp1\nsize=s-1vcpu-2gb\nimage=debian-12-x64", BODY "}"},
	{"CRLF", "region = sgp1\r\nsize = s-1vcpu-2gb\r\nimage = debian-12-x64\r\n", BODY "}"},
	{"a byte order mark", "\xef\xbb\xbf" GOOD, BODY "}"},
	{"comments and space", "\n# why\n\t region  =\tsgp1   # here\nsize=s-1vcpu-2gb#x\n", NULL},
	{"comments and space",
		"\n# why\n\t region  =\tsgp1   # here\nsize = s-1vcpu-2gb\nimage= "
		"debian-12-x64\t#\n",
		BODY "}"},
	{"quotes", "region = \"sgp1\"\nsize = 's-1vcpu-2gb'\nimage = \"debian-12-x64\" # x\n",
		BODY "}"},
	{"a person's words", "region = singapore 1\nsize = s-1vcpu-2gb\nimage = Debian 12 x64\n",
		BODY "}"},
	{"ids", "region = sgp1\nsize = s-1vcpu-2gb\nimage = 1\n", BODY "}"},
	{"its own name", GOOD "name = tenant42\n", BODY "}"},
	{"memory, when one can be had", "region = sgp1\nsize = 4 GB\nimage = 1\n",
		"{\"name\":\"tenant42\",\"region\":\"sgp1\",\"size\":\"c-4gb\",\"image\":\"debian-"
		"12-x64\"}"},
	{"an image without a slug", "region = sgp1\nsize = s-1vcpu-2gb\nimage = my golden\n",
		"{\"name\":\"tenant42\",\"region\":\"sgp1\",\"size\":\"s-1vcpu-2gb\",\"image\":3}"},
	{"ssh keys", GOOD "ssh_keys = sridhar@laptop, cc:dd\n", BODY ",\"ssh_keys\":[11,12]}"},
	{"ssh keys between spaces", GOOD "ssh_keys = 11 12\n", BODY ",\"ssh_keys\":[11,12]}"},
	{"a key with a space", GOOD "ssh_keys = my laptop, 11\n", BODY ",\"ssh_keys\":[12,11]}"},
	{"a quoted key", GOOD "ssh_keys = \"my laptop\" 11\n", BODY ",\"ssh_keys\":[12,11]}"},
	{"tags", GOOD "tags = tenant, prod\n", BODY ",\"tags\":[\"tenant\",\"prod\"]}"},
	{"truths", GOOD "backups = yes\nipv6 = off\n", BODY ",\"backups\":true,\"ipv6\":false}"},
	{"nothing where nothing must be", GOOD "vpc_uuid =\nuser_data =\n", BODY "}"},
	{"user data", GOOD "user_data = \"#cloud-config\\na: \\\"b\\\"\"\n",
		BODY ",\"user_data\":\"#cloud-config\\na: \\\"b\\\"\"}"},
	{"an object", GOOD "backup_policy = {\"plan\":\"daily\"}\n",
		BODY ",\"backup_policy\":{\"plan\":\"daily\"}}"},
	{"what is not sent", GOOD "delivery = ssh\nstack = nginx mysql\n", BODY "}"},
	{"JSON",
		" {\"name\":\"tenant42\",\"region\":\"sgp1\",\"size\":\"s-1vcpu-2gb\",\"image\":1,"
		"\"tags\":[\"a\"],"
		"\"ssh_keys\":[11],\"backups\":true,\"vpc_uuid\":null}\n",
		BODY ",\"tags\":[\"a\"],\"ssh_keys\":[11],\"backups\":true}"},
};

static void good_input_is_taken(void **state)
{
	for (size_t i = 0; i < sizeof(takings) / sizeof(*takings); i++) {
		const struct taking *row = &takings[i];
		struct error err = {0};
		CLEANUP_SPEC struct spec *spec = NULL;
		int rc = parse(*state, row->text, strlen(row->text), false, &spec, &err);
		if (!row->body) {
			assert_int_equal(rc,
				-EINVAL); /* a '#' without white space before it is no comment */
			continue;
		}
		if (rc != 0)
			fail_msg("%s: %s", row->what, err.message);
		CLEANUP_JSON struct json *body = spec_body(spec);
		CLEANUP_FREE char *text = json_print(body);
		if (strcmp(text, row->body) != 0)
			fail_msg("%s: %s, not %s", row->what, text, row->body);
	}
}

/* While it is being written, complete lines are checked and nothing is missing. */
static void lines_are_checked_as_they_come(void **state)
{
	static const struct {
		const char *text;
		int rc;
	} rows[] = {{"", 0}, {"regi", 0}, {"region = sgp1\nsiz", 0}, {"region = syd9", 0},
		{"region = syd9\n", -EINVAL}, {"sise = x\n", -EINVAL}, {"{\"sise\":", 0},
		{GOOD "stack = nginxx", 0}, {GOOD "stack = nginxx\n", -EINVAL}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		CLEANUP_SPEC struct spec *spec = NULL;
		assert_int_equal(
			parse(*state, rows[i].text, strlen(rows[i].text), true, &spec, NULL),
			rows[i].rc);
	}
}

/* What an object has is right though the inventory has it no more. */
static void a_retired_size_stays(void **state)
{
	static const char text[] = "size = s-gone\nimage = debian-9-x64\n";
	static const char droplet[] =
		"{\"size\":{\"slug\":\"s-gone\"},\"image\":{\"id\":9,\"slug\":\"debian-9-x64\"}}";
	const struct spec_world told = {.list = list, .context = *state};
	CLEANUP_JSON struct json *object = json_parse(droplet, strlen(droplet), NULL);
	CLEANUP_SPEC struct spec *spec = NULL;
	assert_int_equal(spec_parse(&told, kinds[KIND_droplets], "tenant42", object, text,
				 strlen(text), false, &spec, NULL),
		0);
	assert_string_equal(json_string(spec_get(spec, "size")), "s-gone");
	assert_string_equal(json_string(spec_get(spec, "image")), "debian-9-x64");
}

static void words_survive_quoting(void **state)
{
	static const char *const rows[] = {
		"plain", "two words", "#x", "a\nb\t\"c\"\\", "it's", "", "'", "a,b", "\\n"};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		CLEANUP_FREE char *quoted = word_quote(rows[i]);
		CLEANUP_FREE char *back = word_unquote(quoted);
		assert_string_equal(back, rows[i]);
		assert_int_equal(line_length(quoted), strlen(quoted));
	}
}

/* Whatever bytes come, the answer is 0 or a sentence. */
static void noise_does_no_harm(void **state)
{
	static const char alphabet[] = "region=sgp1 \n\"'#,{}[]\\\t\r\0\303\050\001size";
	unsigned seed = 7;
	for (unsigned i = 0; i < 20000; i++) {
		char text[40];
		size_t length = (size_t)rand_r(&seed) % sizeof(text);
		for (size_t n = 0; n < length; n++)
			text[n] = alphabet[(size_t)rand_r(&seed) % (sizeof(alphabet) - 1)];
		struct error err = {0};
		CLEANUP_SPEC struct spec *spec = NULL;
		int rc = parse(*state, text, length, i % 2, &spec, &err);
		assert_true(rc == 0 ? spec != NULL : err.code == -rc && *err.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bad_input_is_refused, start, stop),
		cmocka_unit_test_setup_teardown(what_is_too_large_is_refused, start, stop),
		cmocka_unit_test_setup_teardown(the_limit_of_the_account, start, stop),
		cmocka_unit_test_setup_teardown(without_an_inventory, start, stop),
		cmocka_unit_test_setup_teardown(good_input_is_taken, start, stop),
		cmocka_unit_test_setup_teardown(lines_are_checked_as_they_come, start, stop),
		cmocka_unit_test_setup_teardown(a_retired_size_stays, start, stop),
		cmocka_unit_test(words_survive_quoting),
		cmocka_unit_test_setup_teardown(noise_does_no_harm, start, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
