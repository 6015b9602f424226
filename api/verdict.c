#include "verdict.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "json.h"

enum { WORDS_MAX = 400 };

bool verdict_is_json(const char *body, size_t length)
{
	size_t start = 0;

	while (start < length && strchr(" \t\r\n", body[start]) != NULL && body[start] != '\0')
		start++;
	while (length > start && strchr(" \t\r\n", body[length - 1]) != NULL &&
		body[length - 1] != '\0')
		length--;
	if (length < start + 2)
		return false;
	return (body[start] == '{' && body[length - 1] == '}') ||
	       (body[start] == '[' && body[length - 1] == ']');
}

/* Words in the API's message that say more than its status does. */
static const struct {
	int low, high; /* of the status */
	const char *words;
	int code;
} meanings[] = {
	{400, 499, "pending event", EBUSY},
	{400, 499, "is locked", EBUSY},
	{400, 499, "currently locked", EBUSY},
	{400, 499, "in progress", EBUSY},
	{400, 499, "being processed", EBUSY},
	{400, 499, "exceed your", EDQUOT},
	{400, 499, "limit exceeded", EDQUOT},
	{400, 499, "reached the limit", EDQUOT},
	{400, 499, "reached your", EDQUOT},
	{400, 499, "droplet limit", EDQUOT},
	{400, 499, "volume limit", EDQUOT},
	{400, 499, "limit for your account", EDQUOT},
	{400, 499, "quota", EDQUOT},
};

/* What follows from the status alone. hint: what to do, behind the API's words. */
static const struct {
	int low, high;
	int code;
	const char *hint;
} statuses[] = {
	{401, 401, EACCES,
		": make a token at cloud.digitalocean.com/account/api/tokens and mount with it"},
	{403, 403, EACCES, ": the token's scope does not allow it"},
	{404, 404, ENOENT, ""},
	{408, 408, ETIMEDOUT, ""},
	{423, 423, EBUSY, ""},
	{429, 429, EAGAIN, ""},
	{400, 499, EINVAL, ""},
	{500, 599, EIO, ""},
};

/* The API's own words and the id its support asks for, made harmless. False when it has none. */
static bool api_words(const struct verdict *verdict, char *words, size_t size)
{
	CLEANUP_JSON struct json *body = verdict_is_json(verdict->body, verdict->length)
						 ? json_parse(verdict->body, verdict->length, NULL)
						 : NULL;
	const char *message = json_get_string(body, "message");
	const char *request = json_get_string(body, "request_id");
	char plain[WORDS_MAX], id[80];

	if (message == NULL)
		message = json_get_string(body, "id");
	if (message == NULL)
		return false;
	text_plain(plain, sizeof plain, message);
	text_plain(id, sizeof id, request != NULL ? request : "");
	snprintf(words, size, "%s%s%s%s", plain, request != NULL ? " (request " : "", id,
		request != NULL ? ")" : "");
	return true;
}

/* Answers that no part of DigitalOcean's API gives: another server stands there. */
static int wrong_server(const struct verdict *verdict, struct error *err)
{
	char type[80];

	text_plain(type, sizeof type,
		verdict->type != NULL && verdict->type[0] != '\0' ? verdict->type : "something");
	type[strcspn(type, ";")] = '\0';
	if (strcasestr(type, "json") != NULL)
		return error_set(err, EIO,
			"%s %s: %s answered %d with a body that is not valid JSON", verdict->method,
			verdict->path, verdict->host, verdict->status);
	return error_set(err, EIO,
		"%s %s: %s answered %d with %s instead of JSON: is api_url right?", verdict->method,
		verdict->path, verdict->host, verdict->status, type);
}

/* A 403 that says no more than that; others have reasons of their own: “Can not delete VPC with members”. */
static bool is_about_scope(const char *words)
{
	static const char *const general[] = {
		"not authorized", "do not have access", "do not have permission", "forbidden"};

	for (size_t i = 0; i < sizeof general / sizeof general[0]; i++)
		if (strcasestr(words, general[i]) != NULL)
			return true;
	return false;
}

static int by_status(const struct verdict *verdict, const char *words, struct error *err)
{
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
		if (verdict->status >= meanings[i].low && verdict->status <= meanings[i].high &&
			verdict->status != 429 && strcasestr(words, meanings[i].words) != NULL)
			return error_set(err, meanings[i].code, "%s %s: %s", verdict->method,
				verdict->path, words);
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		if (verdict->status >= statuses[i].low && verdict->status <= statuses[i].high) {
			char scope[80] = "";
			bool lacks = verdict->status == 403 && is_about_scope(words);
			if (lacks && verdict->scope != NULL)
				snprintf(scope, sizeof scope, " (it takes %s:%s)", verdict->scope,
					verdict->verb);
			return error_set(err, statuses[i].code, "%s %s: %s%s%s%s", verdict->method,
				verdict->path,
				verdict->status == 401 ? "the API refused the token: " : "", words,
				lacks || verdict->status != 403 ? statuses[i].hint : "", scope);
		}
	return error_set(err, EIO, "%s %s: %s answered with the status %d", verdict->method,
		verdict->path, verdict->host, verdict->status);
}

int verdict_give(const struct verdict *verdict, struct error *err)
{
	char words[WORDS_MAX + 120];
	bool json = verdict_is_json(verdict->body, verdict->length);
	bool foreign = verdict->type != NULL && strcasestr(verdict->type, "json") == NULL;
	bool text = verdict->text && foreign && strcasestr(verdict->type, "html") == NULL;

	if (verdict->status >= 200 && verdict->status < 300)
		return verdict->length == 0 || (json && !foreign) || text
			       ? 0
			       : wrong_server(verdict, err);
	if (verdict->status >= 300 && verdict->status < 400)
		return error_set(err, EIO,
			"%s %s: %s answered with a redirect (%d), which is not followed: is "
			"api_url right?",
			verdict->method, verdict->path, verdict->host, verdict->status);
	if (api_words(verdict, words, sizeof words))
		return by_status(verdict, words, err);
	snprintf(words, sizeof words, "%s answered with the status %d", verdict->host,
		verdict->status);
	if (verdict->status >= 500 || verdict->status == 401 || verdict->status == 429)
		return by_status(verdict, words, err);
	return wrong_server(verdict, err);
}
