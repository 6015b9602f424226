#include "api_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/journal.h"
#include "api/memory.h"

static char *base; /* made new for each test */

static int make_base(void **state)
{
	char template[] = "/tmp/docloud-journal-XXXXXX";

	(void)state;
	base = xstrdup(mkdtemp(template));
	return 0;
}

static int remove_base(void **state)
{
	char *command = xasprintf("rm -r %s", base);
	int rc = system(command);

	(void)state;
	free(command);
	free(base);
	return rc;
}

static void put_file(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	free(path);
}

static bool has_file(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

struct seen {
	unsigned count;
	char last_name[300];
	int64_t sum;
};

static void visit(void *context, const char *name, const struct json *record)
{
	struct seen *seen = context;
	int64_t n = 0;

	seen->count++;
	snprintf(seen->last_name, sizeof seen->last_name, "%s", name);
	json_get_integer(record, "n", &n);
	seen->sum += n;
}

static void put_record(const char *name, int n)
{
	struct json *record = json_object();

	json_add_number(record, "n", n);
	assert_int_equal(journal_write(base, name, record, NULL), 0);
	json_free(record);
}

static void directories_are_private(void **state)
{
	char *dir = xasprintf("%s/a/b/c", base);
	struct stat st;

	(void)state;
	assert_int_equal(journal_make(dir, NULL), 0);
	assert_int_equal(journal_make(dir, NULL), 0);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(dir);
	put_file(base, "file", "");
	dir = xasprintf("%s/file", base);
	struct error err = {0};
	assert_int_equal(journal_make(dir, &err), -ENOTDIR);
	assert_non_null(strstr(err.message, dir));
	free(dir);
}

static void records_come_back(void **state)
{
	struct seen seen = {0};
	struct stat st;

	(void)state;
	put_record("one", 1);
	put_record("one", 10);
	put_record("droplets/../two", 20);
	put_record(".three", 30);
	assert_int_equal(journal_load(base, visit, &seen, NULL), 0);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.sum, 60);
	char *path = xasprintf("%s/one.json", base);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	free(path);

	assert_int_equal(journal_remove(base, "one", NULL), 0);
	assert_int_equal(journal_remove(base, "one", NULL), 0);
	assert_int_equal(journal_remove(base, ".three", NULL), 0);
	seen = (struct seen){0};
	assert_int_equal(journal_load(base, visit, &seen, NULL), 0);
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.last_name, "droplets/../two");
}

static void leftovers_and_broken_records(void **state)
{
	struct seen seen = {0};
	struct error err = {0};

	(void)state;
	put_record("good", 5);
	put_file(base, ".aB12cd.tmp", "{\"n\": 1");
	put_file(base, "broken.json", "{\"n\": 1");
	put_file(base, "list.json", "[]");
	put_file(base, "id", "not a record");
	assert_int_equal(journal_load(base, visit, &seen, &err), -EBADMSG);
	assert_non_null(strstr(err.message, ".broken"));
	assert_int_equal(seen.count, 1);
	assert_false(has_file(base, ".aB12cd.tmp"));
	assert_false(has_file(base, "broken.json"));
	assert_true(has_file(base, "broken.json.broken"));
	assert_true(has_file(base, "list.json.broken"));
	assert_true(has_file(base, "id"));
	assert_int_equal(journal_load(base, visit, &seen, NULL), 0);
	assert_int_equal(seen.count, 2);
}

static void long_names_are_refused(void **state)
{
	char name[300];
	struct error err = {0};
	struct json *record = json_object();

	(void)state;
	memset(name, 'a', sizeof name);
	name[251] = '\0';
	assert_int_equal(journal_write(base, name, record, &err), -ENAMETOOLONG);
	name[250] = '\0';
	assert_int_equal(journal_write(base, name, record, NULL), 0);
	json_free(record);
}

static void one_process_owns_it(void **state)
{
	struct error err = {0};
	int fd = journal_lock(base, NULL), status;

	(void)state;
	assert_true(fd >= 0);
	pid_t child = fork();
	if (child == 0) {
		char *wanted = xasprintf("process %ld", (long)getppid());
		int rc = journal_lock(base, &err);
		_exit(rc == -EBUSY && strstr(err.message, wanted) != NULL ? 0 : 1);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	close(fd);
	fd = journal_lock(base, NULL);
	assert_true(fd >= 0);
	close(fd);
}

static void the_id_stays(void **state)
{
	struct error err = {0};
	char *id = journal_id(base, NULL), *again = journal_id(base, NULL);

	(void)state;
	assert_int_equal(strlen(id), 20);
	assert_memory_equal(id, "docloud-", 8);
	assert_string_equal(id, again);
	free(id);
	free(again);
	put_file(base, "id", "docloud-XYZ\n");
	assert_null(journal_id(base, &err));
	assert_int_equal(err.code, EIO);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_base, remove_base)
	const struct CMUnitTest tests[] = {
		TEST(directories_are_private),
		TEST(records_come_back),
		TEST(leftovers_and_broken_records),
		TEST(long_names_are_refused),
		TEST(one_process_owns_it),
		TEST(the_id_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
