/* A create's request that takes effect after docloud has given it up. */
#include "api_test.h"

#include <string.h>

#include "api_mount.h"

/* It is looked for as long again as it was waited for. */
static void a_slow_server_is_waited_for(void **unused)
{
	(void)unused;
	mount_close();
	mnt.timeout_ms = 5000;
	mount_open();
	mount_fault("POST", "/v2/droplets", "\"late\",\"ms\":9500,\"count\":1");
	struct change_state state = mount_create("slow", false);
	assert_int_equal(state.phase, CHANGE_DONE);
	assert_int_equal(state.error.code, 0);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "slow"), 1);
	assert_int_equal(mount_records(), 0);
}

/* One that is later than any bound makes two of them, and that is said. */
static void a_twin_is_told_of(void **unused)
{
	(void)unused;
	sandbox_faults(&mnt.sandbox, "[{\"method\":\"POST\",\"path\":\"/v2/droplets\","
				     "\"fault\":\"late\",\"ms\":6000,\"count\":1},"
				     "{\"method\":\"POST\",\"path\":\"/v2/droplets\","
				     "\"fault\":\"delay\",\"ms\":1000,\"count\":1}]");
	struct change_state state = mount_create("twin", false);
	assert_int_equal(state.phase, CHANGE_DONE);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "twin"), 2);
	assert_non_null(strstr(state.error.message, "twin was made twice"));
	assert_non_null(strstr(state.error.message, state.id));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, mount_start, mount_stop)
	const struct CMUnitTest tests[] = {
		TEST(a_slow_server_is_waited_for),
		TEST(a_twin_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
