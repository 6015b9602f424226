#include "request.h"

#include "json.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	unsigned status;
	const char *id;
} error_names[] = {
	{400, "bad_request"},
	{401, "Unauthorized"},
	{403, "forbidden"},
	{404, "not_found"},
	{405, "method_not_allowed"},
	{409, "conflict"},
	{412, "precondition_failed"},
	{413, "payload_too_large"},
	{422, "unprocessable_entity"},
	{429, "too_many_requests"},
	{500, "server_error"},
	{502, "bad_gateway"},
	{503, "service_unavailable"},
	{504, "gateway_timeout"},
};

const char *request_query(const struct request *request, const char *name)
{
	for (unsigned i = 0; i < request->pairs; i++)
		if (!strcmp(request->query[i].name, name))
			return request->query[i].value ? request->query[i].value : "";
	return NULL;
}

void request_decode(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '%' && isxdigit((unsigned char)text[1]) &&
			isxdigit((unsigned char)text[2])) {
			char digits[3] = {text[1], text[2], '\0'};

			*to++ = (char)strtol(digits, NULL, 16);
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

bool request_split(struct request *request, char *room)
{
	char *rest, *segment;

	for (segment = strtok_r(room, "/", &rest); segment; segment = strtok_r(NULL, "/", &rest)) {
		if (request->segments == REQUEST_SEGMENTS)
			return false;
		request_decode(segment);
		request->segment[request->segments++] = segment;
	}
	return true;
}

void answer_text(struct request *request, unsigned status, char *text, size_t length)
{
	free(request->text);
	request->status = status;
	request->text = text;
	request->length = length;
}

void answer_tree(struct request *request, unsigned status, cJSON *tree)
{
	char *text = cJSON_PrintUnformatted(tree);

	cJSON_Delete(tree);
	if (!text)
		abort();
	answer_text(request, status, text, strlen(text));
}

void answer_nothing(struct request *request)
{
	answer_text(request, 204, NULL, 0);
}

void answer_member(struct request *request, unsigned status, const char *key, cJSON *tree)
{
	cJSON *answer = cJSON_CreateObject();

	cJSON_AddItemToObject(answer, key, tree);
	answer_tree(request, status, answer);
}

bool answer_error(struct request *request, unsigned status, const char *format, ...)
{
	cJSON *answer = cJSON_CreateObject();
	const char *id = "error";
	char message[1024];
	va_list arguments;

	for (size_t i = 0; i < sizeof(error_names) / sizeof(*error_names); i++)
		if (error_names[i].status == status)
			id = error_names[i].id;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	json_set_text(answer, "id", id);
	json_set_text(answer, "message", message);
	json_set_text(answer, "request_id", request->id);
	answer_tree(request, status, answer);
	return false;
}

bool answer_not_found(struct request *request)
{
	return answer_error(request, 404, "The resource you requested could not be found.");
}
