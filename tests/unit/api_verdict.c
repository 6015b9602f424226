/* url.h and verdict.h: which addresses are taken, and what an answer means. */
#include "api_test.h"

#include <errno.h>
#include <string.h>

#include "api/url.h"
#include "api/verdict.h"

static void addresses(void **state)
{
	static const struct {
		const char *text;
		long code;
		const char *host;
		bool loopback;
	} cases[] = {
		{"https://api.digitalocean.com", 0, "api.digitalocean.com", false},
		{"https://api.digitalocean.com/prefix//", 0, "api.digitalocean.com", false},
		{"HTTPS://x.example:8443", 0, "x.example:8443", false},
		{"http://127.0.0.1:8080/", 0, "127.0.0.1:8080", true},
		{"http://localhost:1", 0, "localhost:1", true},
		{"http://[::1]:8080", 0, "[::1]:8080", true},
		{"https://[2001:db8::1]", 0, "[2001:db8::1]", false},
		{"http://api.digitalocean.com", EINVAL, NULL, false},
		{"http://127.evil.example", EINVAL, NULL, false},
		{"http://localhost.evil.example", EINVAL, NULL, false},
		{"http://127.0.0.1@evil.example", EINVAL, NULL, false},
		{"https://user:secret@host", EINVAL, NULL, false},
		{"ftp://127.0.0.1", EINVAL, NULL, false},
		{"api.digitalocean.com", EINVAL, NULL, false},
		{"https://", EINVAL, NULL, false},
		{"https:///path", EINVAL, NULL, false},
		{"https://host:0", EINVAL, NULL, false},
		{"https://host:99999", EINVAL, NULL, false},
		{"https://host:", EINVAL, NULL, false},
		{"https://a b", EINVAL, NULL, false},
		{"https://host/?x=1", EINVAL, NULL, false},
		{"https://[::1", EINVAL, NULL, false},
		{"", EINVAL, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		struct url url;

		assert_int_equal(url_parse(&url, cases[i].text, &err), (int)-cases[i].code);
		assert_int_equal(err.code, cases[i].code);
		assert_null(strstr(err.message, "secret"));
		if (cases[i].code == 0) {
			assert_string_equal(url.host, cases[i].host);
			assert_int_equal(url.loopback, cases[i].loopback);
			assert_true(url.base[strlen(url.base) - 1] != '/');
		}
		url_finish(&url);
	}
}

#define JSON "application/json; charset=utf-8"
#define WORDS(text) "{\"id\":\"x\",\"message\":\"" text "\",\"request_id\":\"4d9d8375\"}"

static void answers(void **state)
{
	static const struct {
		long status;
		const char *type, *body;
		long code;
		const char *words; /* has to stand in the message */
	} cases[] = {
		{200, JSON, "{\"droplets\":[]}", 0, ""},
		{204, NULL, "", 0, ""},
		{200, "text/html", "<html></html>", EIO,
			"text/html instead of JSON: is api_url right?"},
		{200, "text/html", "{}", EIO, "text/html"},
		{200, JSON, "}garbage{", EIO, "not valid JSON"},
		{301, "text/html", "", EIO, "redirect"},
		{400, JSON, WORDS("bad"), EINVAL, "bad (request 4d9d8375)"},
		{401, JSON, WORDS("Unable to authenticate you"), EACCES,
			"refused the token: Unable to authenticate you (request 4d9d8375): make a "
			"token at "
			"cloud.digitalocean.com/account/api/tokens"},
		{401, NULL, "", EACCES, "account/api/tokens"},
		{403, JSON, WORDS("You are not authorized"), EACCES, "scope"},
		{403, JSON, WORDS("You do not have access for the attempted action."), EACCES,
			"action. (request 4d9d8375): the token's scope does not allow it"},
		{404, JSON, WORDS("The resource you were accessing could not be found."), ENOENT,
			"could not be found"},
		{404, "text/html", "<h1>404</h1>", EIO, "is api_url right?"},
		{404, JSON, "{\"what\":1}", EIO, "404"},
		{404, NULL, "", EIO, "404"},
		{409, JSON, WORDS("exists"), EINVAL, "exists"},
		{422, JSON, WORDS("Droplet already has a pending event."), EBUSY, "pending"},
		{422, JSON, WORDS("creating this/these droplet(s) will exceed your droplet limit"),
			EDQUOT, "limit"},
		{403, JSON, WORDS("You have reached your volume limit"), EDQUOT, "limit"},
		{422, JSON, WORDS("Name is invalid"), EINVAL, "Name is invalid"},
		{423, JSON, WORDS("wait"), EBUSY, "wait"},
		{429, JSON, WORDS("API Rate limit exceeded."), EAGAIN, "Rate"},
		{500, JSON, WORDS("Server Error"), EIO, "Server Error"},
		{503, "text/html", "<html>", EIO, "host answered with the status 503"},
		{422, JSON, "{\"id\":\"x\",\"message\":\"red \\u001b[31m\"}", EINVAL, "red ?[31m"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		struct verdict verdict = {.host = "host",
			.method = "GET",
			.path = "/v2/x",
			.status = (int)cases[i].status,
			.type = cases[i].type,
			.body = cases[i].body,
			.length = strlen(cases[i].body)};

		assert_int_equal(verdict_give(&verdict, &err), (int)-cases[i].code);
		assert_int_equal(err.code, cases[i].code);
		if (strstr(err.message, cases[i].words) == NULL)
			fail_msg("%ld: \"%s\" lacks \"%s\"", cases[i].status, err.message,
				cases[i].words);
	}
}

/* A 403 with a reason of its own. */
static void a_reason_is_no_scope(void **state)
{
	static const char body[] = WORDS("Can not delete VPC with members");
	struct verdict verdict = {.host = "host",
		.method = "DELETE",
		.path = "/v2/vpcs/x",
		.scope = "vpc",
		.verb = "delete",
		.status = 403,
		.type = JSON,
		.body = body,
		.length = sizeof body - 1};
	struct error err = {0};

	(void)state;
	assert_int_equal(verdict_give(&verdict, &err), -EACCES);
	assert_null(strstr(err.message, "scope"));
	assert_null(strstr(err.message, "vpc:delete"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(answers),
		cmocka_unit_test(a_reason_is_no_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
