/* The rate budget, with times of the test's own. */
#include "api_test.h"

#include <string.h>

#include "api/budget.h"

enum { START = 1000000 };

static void say(struct budget *budget, int64_t remaining, int64_t reset, int64_t now)
{
	struct budget_news news = {.status = 200,
		.limit = 5000,
		.remaining = remaining,
		.reset = reset,
		.retry_after = -1};

	budget_sent(budget, HTTP_CHANGE);
	assert_int_equal(budget_ended(budget, HTTP_CHANGE, &news, now), 0);
}

/* As many requests as are let through at one moment. */
static unsigned burst(struct budget *budget, enum http_priority priority, int64_t now)
{
	unsigned count = 0;

	while (count < 100000 && budget_ask(budget, priority, now) == 0) {
		budget_sent(budget, priority);
		count++;
	}
	return count;
}

/* The same, and they end at once. */
static unsigned spend(struct budget *budget, enum http_priority priority, int64_t now)
{
	unsigned count = burst(budget, priority, now);

	for (unsigned i = 0; i < count; i++)
		budget_ended(budget, priority, NULL, now);
	return count;
}

static void nothing_known_nothing_kept(void **state)
{
	struct budget budget = {0};

	(void)state;
	assert_int_equal(burst(&budget, HTTP_READ, START), 100000);
}

static void creates_leave_a_reserve(void **state)
{
	struct budget budget = {0};

	(void)state;
	say(&budget, 4999, START + 3600000, START);
	budget.waits[HTTP_CREATE] = true;
	assert_int_equal(spend(&budget, HTTP_CREATE, START), 205);
	assert_int_equal(spend(&budget, HTTP_READ, START), 25);
	assert_int_equal(spend(&budget, HTTP_POLL, START), 15);
	assert_int_equal(spend(&budget, HTTP_CHANGE, START), 4); /* and the one of say() */
	int64_t back = budget_ask(&budget, HTTP_CHANGE, START);
	assert_int_equal(back, START + 61000);
	assert_int_equal(budget_ask(&budget, HTTP_CHANGE, back - 1), back);
	assert_int_equal(budget_ask(&budget, HTTP_CHANGE, back), 0);
}

static void who_waits_has_a_share(void **state)
{
	struct budget budget = {.waits = {true, true, true, true}};

	(void)state;
	say(&budget, 4999, START + 3600000, START);
	assert_int_equal(spend(&budget, HTTP_READ, START), 63); /* what rounding left is his, too */
	assert_int_equal(spend(&budget, HTTP_CREATE, START), 125);
	assert_int_equal(spend(&budget, HTTP_POLL, START), 25);
	assert_int_equal(spend(&budget, HTTP_CHANGE, START), 36);
}

static void what_nobody_wants_is_free(void **state)
{
	struct budget budget = {0};

	(void)state;
	say(&budget, 4999, START + 3600000, START);
	assert_int_equal(spend(&budget, HTTP_READ, START), 220);
	budget.waits[HTTP_CREATE] = true; /* comes late: has its reserve now, and its share later */
	assert_int_equal(spend(&budget, HTTP_CREATE, START), 10);
	assert_int_equal(budget_ask(&budget, HTTP_READ, START + 61000), 0);
	assert_int_equal(spend(&budget, HTTP_READ, START + 61000), 105);
	assert_int_equal(spend(&budget, HTTP_CREATE, START + 61000), 125);
}

static void what_is_in_flight_counts(void **state)
{
	struct budget budget = {0};

	(void)state;
	say(&budget, 4999, START + 3600000, START);
	for (int i = 0; i < 205; i++)
		budget_sent(&budget, HTTP_CREATE);
	/* The one of say() leaves, but its place is kept for another change. */
	assert_int_equal(budget_ask(&budget, HTTP_CREATE, START + 59000), START + 60000);
	assert_int_equal(budget_ask(&budget, HTTP_CREATE, START + 61000), START + 62000);
	assert_int_equal(budget_left(&budget, START + 61000), (250 - 205) * 100 / 250);
	for (int i = 0; i < 205; i++)
		budget_ended(&budget, HTTP_CREATE, NULL, START + 61000);
	assert_int_equal(budget_ask(&budget, HTTP_CREATE, START + 61000), START + 122000);
}

static void the_minute_slides(void **state)
{
	struct budget budget = {0};

	(void)state;
	say(&budget, 4000, START + 3600000, START);
	for (int second = 0; second < 50; second++)
		for (int i = 0; i < 3; i++)
			say(&budget, 4000, START + 3600000, START + second * 1000);
	assert_int_equal(burst(&budget, HTTP_CHANGE, START + 50000), 49);
	/* The first second's four leave after a minute and a second. */
	assert_int_equal(budget_ask(&budget, HTTP_CHANGE, START + 50000), START + 61000);
	assert_int_equal(burst(&budget, HTTP_CHANGE, START + 61000), 4);
	assert_int_equal(burst(&budget, HTTP_CHANGE, START + 62000), 3);
}

static void the_hour_has_reserves(void **state)
{
	struct budget budget = {0};
	int64_t reset = START + 100000;

	(void)state;
	say(&budget, 501, reset, START);
	assert_int_equal(budget_ask(&budget, HTTP_CREATE, START), reset);
	assert_int_equal(burst(&budget, HTTP_POLL, START), 1);
	assert_int_equal(budget_ask(&budget, HTTP_POLL, START), reset);
	assert_int_equal(budget_ask(&budget, HTTP_READ, START), 0);
	say(&budget, 2, reset, START); /* one is in flight still */
	assert_int_equal(budget_ask(&budget, HTTP_READ, START), reset);
	assert_int_equal(burst(&budget, HTTP_CHANGE, START), 1);
	assert_int_equal(budget_ask(&budget, HTTP_CHANGE, START), reset);
}

static void one_probe_after_the_reset(void **state)
{
	struct budget budget = {0};
	int64_t reset = START + 5000;

	(void)state;
	say(&budget, 0, reset, START);
	assert_int_equal(budget_ask(&budget, HTTP_CHANGE, START), reset);
	assert_int_equal(burst(&budget, HTTP_CHANGE, reset), 1);
	assert_true(budget_ask(&budget, HTTP_CHANGE, reset) > reset);
	struct budget_news news = {.status = 200,
		.limit = 5000,
		.remaining = 3,
		.reset = reset + 9,
		.retry_after = -1};
	budget_ended(&budget, HTTP_CHANGE, &news, reset);
	assert_int_equal(burst(&budget, HTTP_CHANGE, reset), 3);
}

static void a_429_holds_up_all(void **state)
{
	struct budget budget = {0};
	struct budget_news news = {
		.status = 429, .limit = -1, .remaining = -1, .retry_after = 7000};

	(void)state;
	budget_sent(&budget, HTTP_CHANGE);
	assert_int_equal(budget_ended(&budget, HTTP_CHANGE, &news, START), START + 7000);
	assert_int_equal(budget_ask(&budget, HTTP_CHANGE, START + 6999), START + 7000);
	assert_int_equal(budget_ask(&budget, HTTP_CHANGE, START + 7000), 0);
}

static void a_limit_of_one_path_holds_up_one(void **state)
{
	struct budget budget = {0};
	struct budget_news news = {.status = 429,
		.limit = 5000,
		.remaining = 4000,
		.reset = START + 1000,
		.retry_after = 7000};

	(void)state;
	budget_sent(&budget, HTTP_CHANGE);
	assert_int_equal(budget_ended(&budget, HTTP_CHANGE, &news, START), START + 7000);
	assert_int_equal(budget_ask(&budget, HTTP_READ, START), 0);
}

static void a_lost_request_gives_its_place_back(void **state)
{
	struct budget budget = {0};

	(void)state;
	say(&budget, 1, START + 50000, START);
	assert_int_equal(burst(&budget, HTTP_CHANGE, START), 1);
	budget_ended(&budget, HTTP_CHANGE, NULL, START);
	assert_int_equal(burst(&budget, HTTP_CHANGE, START), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_known_nothing_kept),
		cmocka_unit_test(creates_leave_a_reserve),
		cmocka_unit_test(who_waits_has_a_share),
		cmocka_unit_test(what_nobody_wants_is_free),
		cmocka_unit_test(what_is_in_flight_counts),
		cmocka_unit_test(the_minute_slides),
		cmocka_unit_test(the_hour_has_reserves),
		cmocka_unit_test(one_probe_after_the_reset),
		cmocka_unit_test(a_429_holds_up_all),
		cmocka_unit_test(a_limit_of_one_path_holds_up_one),
		cmocka_unit_test(a_lost_request_gives_its_place_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
