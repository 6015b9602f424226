#include "census.h"

#include "json.h"
#include "kind.h"
#include "request.h"
#include "sample.h"
#include "sandbox.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct census {
	pthread_mutex_t lock; /* all below */
	cJSON *requests;      /* "GET /v2/droplets": 3; these can be cleared */
	cJSON *reached;
	cJSON *succeeded;
};

struct census *census_create(void)
{
	struct census *census = calloc(1, sizeof(*census));

	if (!census)
		abort();
	pthread_mutex_init(&census->lock, NULL);
	census->requests = cJSON_CreateObject();
	census->reached = cJSON_CreateObject();
	census->succeeded = cJSON_CreateObject();
	return census;
}

void census_destroy(struct census *census)
{
	if (!census)
		return;
	pthread_mutex_destroy(&census->lock);
	cJSON_Delete(census->requests);
	cJSON_Delete(census->reached);
	cJSON_Delete(census->succeeded);
	free(census);
}

static void census_add(cJSON *counts, const char *method, const char *path)
{
	char key[192];

	snprintf(key, sizeof(key), "%s %s", method, path);
	json_set_number(counts, key, json_number(counts, key, 0) + 1);
}

void census_count(struct census *census, const struct request *request)
{
	const struct operation *operation = request->operation;

	pthread_mutex_lock(&census->lock);
	census_add(census->requests, request->method, operation ? operation->path : "/unknown");
	pthread_mutex_unlock(&census->lock);
}

void census_reach(struct census *census, const struct request *request)
{
	const struct operation *operation = request->operation;

	pthread_mutex_lock(&census->lock);
	census_add(census->reached, operation->method, operation->path);
	if (request->status < 400)
		census_add(census->succeeded, operation->method, operation->path);
	pthread_mutex_unlock(&census->lock);
}

void census_show(struct request *request, unsigned kind)
{
	struct census *census = request->sandbox->census;
	cJSON *answer = cJSON_CreateObject();
	const cJSON *count;
	double total = 0;

	(void)kind;
	pthread_mutex_lock(&census->lock);
	cJSON_ArrayForEach(count, census->requests)
	{
		total += count->valuedouble;
	}
	json_set_number(answer, "total", total);
	json_set(answer, "requests", cJSON_Duplicate(census->requests, true));
	pthread_mutex_unlock(&census->lock);
	answer_tree(request, 200, answer);
}

void census_clear(struct request *request, unsigned kind)
{
	struct census *census = request->sandbox->census;

	(void)kind;
	pthread_mutex_lock(&census->lock);
	cJSON_Delete(census->requests);
	census->requests = cJSON_CreateObject();
	pthread_mutex_unlock(&census->lock);
	answer_nothing(request);
}

static cJSON *census_entry(
	const struct census *census, unsigned kind, const struct operation *operation)
{
	cJSON *entry = cJSON_CreateObject();
	char key[192];

	snprintf(key, sizeof(key), "%s %s", operation->method, operation->path);
	json_set_text(entry, "method", operation->method);
	json_set_text(entry, "path", operation->path);
	json_set_text(entry, "kind", kind_name(kind));
	json_set_text(entry, "scopes", operation->scopes ? operation->scopes : "");
	if (operation->body)
		json_set_text(entry, "wants", operation->body);
	json_set_number(entry, "reached", json_number(census->reached, key, 0));
	json_set_number(entry, "succeeded", json_number(census->succeeded, key, 0));
	return entry;
}

/* One of the API's, and with ?method= and ?path= that one. */
static bool census_wants(const struct request *request, const struct operation *operation)
{
	const char *method = request_query(request, "method"),
		   *path = request_query(request, "path");

	return !strncmp(operation->path, "/v2/", 4) &&
	       (!method || !strcmp(operation->method, method)) &&
	       (!path || !strcmp(operation->path, path));
}

/* Adds the operations of a kind that are asked for. */
static void census_add_kind(struct request *request, unsigned kind, cJSON *list)
{
	const struct operation *operation = kind_at(kind)->operations;
	cJSON *entry;

	for (; operation && operation->method; operation++) {
		if (!census_wants(request, operation))
			continue;
		entry = census_entry(request->sandbox->census, kind, operation);
		if (request_query(request, "samples"))
			sample_add(request->sandbox, kind, operation, entry);
		cJSON_AddItemToArray(list, entry);
	}
}

void census_operations(struct request *request, unsigned kind)
{
	struct census *census = request->sandbox->census;
	cJSON *list = cJSON_CreateArray();

	pthread_mutex_lock(&census->lock);
	for (kind = KIND_NONE + 1; kind < KIND_COUNT; kind++)
		census_add_kind(request, kind, list);
	pthread_mutex_unlock(&census->lock);
	answer_member(request, 200, "operations", list);
}
