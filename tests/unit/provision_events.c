#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/memory.h"
#include "provision/events.h"

/* The fold over a droplet's journal. */

static const char journal[] = "1700000000.100 - run aa11\n"
			      "1700000000.100 - stack nginx php\n"
			      "1700000000.100 - stack # two lines\n"
			      "1700000000.101 nginx key 0123\n"
			      "1700000000.101 nginx state queued\n"
			      "1700000000.102 php state queued\n"
			      "1700000001.000 nginx state installing\n"
			      "1700000001.500 nginx log Reading package lists...\n"
			      "1700000001.600 nginx log \n"
			      "1700000002.000 nginx version 1.22.1-9\n"
			      "1700000002.000 nginx output url=http://x/?a=b\n"
			      "1700000002.000 nginx output note=two words\n"
			      "1700000002.000 nginx exit_status 0\n"
			      "1700000002.000 nginx seconds 1.25\n"
			      "1700000002.000 nginx state installed\n"
			      "1700000003.000 php exit_status 100\n"
			      "1700000003.000 php reason exit status 100: no such package\n"
			      "1700000003.000 php state failed\n"
			      "1700000003.000 - done 1\n";

static void check_whole(const struct fold *fold)
{
	const struct fold_component *nginx = fold_find(fold, "nginx"),
				    *php = fold_find(fold, "php");

	assert_string_equal(fold->run, "aa11");
	assert_true(fold->done);
	assert_string_equal(fold->stack.data, "nginx php\n# two lines\n");
	assert_int_equal(fold->count, 2);
	assert_int_equal(nginx->state, COMPONENT_INSTALLED);
	assert_string_equal(nginx->version, "1.22.1-9");
	assert_string_equal(nginx->key, "0123");
	assert_string_equal(nginx->output.data, "url=http://x/?a=b\nnote=two words\n");
	assert_int_equal(nginx->exit_status, 0);
	assert_true(nginx->seconds > 1.2 && nginx->seconds < 1.3);
	assert_int_equal(nginx->log_bytes, strlen("Reading package lists...\n\n"));
	assert_int_equal(php->state, COMPONENT_FAILED);
	assert_int_equal(php->exit_status, 100);
	assert_string_equal(php->reason, "exit status 100: no such package");
	assert_true(php->seconds < 0);
}

static void count(void *context, const struct fold_event *event)
{
	int *counts = context;

	counts[event->kind]++;
}

static void test_whole(void **state)
{
	struct fold fold = {0};
	int counts[FOLD_DONE + 1] = {0};

	(void)state;
	fold_bytes(&fold, journal, strlen(journal), count, counts);
	check_whole(&fold);
	assert_int_equal(counts[FOLD_RUN], 1);
	assert_int_equal(counts[FOLD_LOG], 2);
	assert_int_equal(counts[FOLD_STATE], 5);
	assert_int_equal(counts[FOLD_DONE], 1);
	fold_finish(&fold);
}

/* Cut anywhere, the same comes out. */
static void test_cut_anywhere(void **state)
{
	(void)state;
	for (size_t step = 1; step < 40; step++) {
		struct fold fold = {0};
		for (size_t at = 0; at < strlen(journal); at += step) {
			size_t left = strlen(journal) - at;
			fold_bytes(&fold, journal + at, left < step ? left : step, NULL, NULL);
		}
		check_whole(&fold);
		fold_finish(&fold);
	}
}

static void test_next_run_starts_over(void **state)
{
	static const char next[] = "1700000100.0 - run bb22\n1700000100.0 php state queued\n";
	struct fold fold = {0};

	(void)state;
	fold_bytes(&fold, journal, strlen(journal), NULL, NULL);
	fold_bytes(&fold, next, strlen(next), NULL, NULL);
	assert_string_equal(fold.run, "bb22");
	assert_false(fold.done);
	assert_int_equal(fold.count, 1);
	assert_int_equal(fold.components[0].exit_status, -1);
	assert_int_equal(fold.components[0].log_bytes, 0);
	fold_finish(&fold);
}

static const char *const garbage[] = {
	"",
	" ",
	"x",
	"1700000000",
	"1700000000 ",
	"1700000000 -",
	"1700000000 - ",
	"nan - run x",
	"inf - run x",
	"-5 - run x",
	"1e300 - run x",
	"0x10 nginx",
	"1700000000 - unknown x",
	"1700000000 nginx unknown x",
	"1700000000 nginx state flying",
	"1700000000 ../etc log x",
	"1700000000 -x state queued",
	"1700000000 N state queued",
	"now - run x",
	"\xff\xfe\xfd",
	"1700000000\t-\trun\tx\t",
};

static void test_garbage(void **state)
{
	struct fold fold = {0};

	(void)state;
	fold_bytes(&fold, journal, strlen(journal), NULL, NULL);
	for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
		if (i == sizeof garbage / sizeof garbage[0] - 1)
			break;
		fold_bytes(&fold, garbage[i], strlen(garbage[i]), NULL, NULL);
		fold_bytes(&fold, "\n", 1, NULL, NULL);
	}
	fold_bytes(&fold, "\0\0\0\0\n", 5, NULL, NULL);
	check_whole(&fold);
	fold_finish(&fold);
}

static void test_random_bytes(void **state)
{
	struct fold fold = {0};
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		seed = seed * 1103515245 + 12345;
		char byte = "10 -nginxrustatelog=\n\n.\xff\x1b"[seed >> 16 & 23];
		fold_bytes(&fold, &byte, 1, NULL, NULL);
	}
	fold_finish(&fold);
}

static void test_bounds(void **state)
{
	struct fold fold = {0};
	char *line = xmalloc(20000);

	(void)state;
	memset(line, 'x', 20000);
	memcpy(line, "1700000000.0 nginx log ", 23);
	line[19999] = '\n';
	fold_bytes(&fold, "1 - run a\n", 10, NULL, NULL);
	fold_bytes(&fold, line, 20000, NULL, NULL);
	assert_int_equal(fold.count, 0);
	for (int i = 0; i < 1000; i++) {
		char *text = xasprintf("1 c%d state queued\n", i);
		fold_bytes(&fold, text, strlen(text), NULL, NULL);
		free(text);
	}
	assert_int_equal(fold.count, 128);
	for (int i = 0; i < 1000; i++) {
		char *text = xasprintf("1 c1 output k=%.*s\n", 1000, line + 100);
		fold_bytes(&fold, text, strlen(text), NULL, NULL);
		free(text);
	}
	assert_true(fold.components[1].output.length <= 64 << 10);
	fold_finish(&fold);
	free(line);
}

static void test_harmless(void **state)
{
	static const char text[] = "1 - run a\n1 nginx reason bad\x1b[31mred\x07\n";
	struct fold fold = {0};

	(void)state;
	fold_bytes(&fold, text, strlen(text), NULL, NULL);
	assert_null(strchr(fold.components[0].reason, '\x1b'));
	fold_finish(&fold);
}

/* What a droplet prints has an end, also here; and what is counted is what was told of. */
static void test_log_bound(void **state)
{
	enum { LINE = 4000, LINES = 1000 };
	struct fold fold = {0};
	int counts[FOLD_DONE + 1] = {0};
	char line[LINE + 1];

	(void)state;
	memset(line, 'x', LINE);
	line[LINE] = '\0';
	memcpy(line, "1 nginx log ", 12);
	for (int i = 0; i < LINES; i++)
		assert_true(fold_line(&fold, line, count, counts));
	assert_true(fold.components[0].log_bytes <= 2 << 20);
	assert_true(fold.components[0].log_bytes > 2 << 19);
	assert_int_equal(fold.components[0].log_bytes, counts[FOLD_LOG] * (LINE - 12 + 1));
	assert_true(fold_line(&fold, "2 nginx state failed", count, counts));
	assert_int_equal(counts[FOLD_STATE], 1);
	fold_finish(&fold);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_next_run_starts_over),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_log_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
