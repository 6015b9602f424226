#include "fault.h"

#include "identity.h"
#include "json.h"
#include "request.h"
#include "router.h"
#include "sandbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The faults by name; `number`: the member that carries the number it needs. */
static const struct {
	const char *name;
	const char *number;
	double low, high;
} fault_kinds[FAULT_COUNT] = {
	[FAULT_STATUS] = {"status", "status", 400, 599},
	[FAULT_RATE_LIMIT] = {"rate_limit", NULL, 0, 0},
	[FAULT_RESET_BEFORE] = {"reset_before", NULL, 0, 0},
	[FAULT_RESET_AFTER] = {"reset_after", NULL, 0, 0},
	[FAULT_TRUNCATE] = {"truncate", NULL, 0, 0},
	[FAULT_GARBAGE] = {"garbage", NULL, 0, 0},
	[FAULT_DELAY] = {"delay", "ms", 0, 3600000},
	[FAULT_LATE] = {"late", "ms", 0, 3600000},
	[FAULT_RESET_LATE] = {"reset_late", "ms", 0, 3600000},
	[FAULT_STALL] = {"stall", NULL, 0, 0},
};

struct faults {
	pthread_mutex_t lock; /* all below */
	cJSON *list;	      /* as it was put, each with "applied" */
	uint64_t random;
};

struct faults *faults_create(uint64_t seed)
{
	struct faults *faults = calloc(1, sizeof(*faults));

	if (!faults)
		abort();
	pthread_mutex_init(&faults->lock, NULL);
	faults->list = cJSON_CreateArray();
	faults->random = seed;
	return faults;
}

void faults_destroy(struct faults *faults)
{
	if (!faults)
		return;
	pthread_mutex_destroy(&faults->lock);
	cJSON_Delete(faults->list);
	free(faults);
}

static enum fault fault_named(const char *name)
{
	for (enum fault fault = FAULT_NONE + 1; name && fault < FAULT_COUNT; fault++)
		if (!strcmp(fault_kinds[fault].name, name))
			return fault;
	return FAULT_NONE;
}

static bool fault_applies(struct faults *faults, cJSON *rule, const struct request *request)
{
	const char *method = json_text(rule, "method");
	double applied = json_number(rule, "applied", 0);

	if (method && strcmp(method, request->method) != 0)
		return false;
	if (!router_fits(request, json_text(rule, "path")))
		return false;
	if (applied >= json_number(rule, "count", 1e15))
		return false;
	if ((double)(identity_next(&faults->random) >> 11) / 9007199254740992.0 >=
		json_number(rule, "probability", 1))
		return false;
	json_set_number(rule, "applied", applied + 1);
	return true;
}

enum fault faults_take(struct faults *faults, const struct request *request, unsigned *ret_number)
{
	enum fault fault = FAULT_NONE;
	cJSON *rule;

	pthread_mutex_lock(&faults->lock);
	cJSON_ArrayForEach(rule, faults->list)
	{
		if (!fault_applies(faults, rule, request))
			continue;
		fault = fault_named(json_text(rule, "fault"));
		if (fault_kinds[fault].number)
			*ret_number = (unsigned)json_number(rule, fault_kinds[fault].number, 0);
		break;
	}
	pthread_mutex_unlock(&faults->lock);
	return fault;
}

static bool fault_check_number(struct request *request, int index, const cJSON *rule,
	const char *name, double low, double high)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(rule, name);

	if (cJSON_IsNumber(item) && item->valuedouble >= low && item->valuedouble <= high)
		return true;
	return answer_error(request, 400, "Fault %d: \"%s\" must be a number from %.0f to %.0f.",
		index, name, low, high);
}

static bool fault_check(struct request *request, int index, const cJSON *rule)
{
	const cJSON *method = cJSON_GetObjectItemCaseSensitive(rule, "method");
	const char *path = json_text(rule, "path");
	enum fault fault = fault_named(json_text(rule, "fault"));

	if (!cJSON_IsObject(rule))
		return answer_error(request, 400, "Fault %d is not a JSON object.", index);
	if (method && !cJSON_IsString(method))
		return answer_error(request, 400, "Fault %d: \"method\" must be a string.", index);
	if (!path || *path != '/')
		return answer_error(request, 400,
			"Fault %d: \"path\" must be a path such as /v2/droplets/*.", index);
	if (fault == FAULT_NONE)
		return answer_error(request, 400,
			"Fault %d: \"fault\" must be status, rate_limit, reset_before, "
			"reset_after, "
			"truncate, garbage, delay, late, reset_late or stall.",
			index);
	if (fault_kinds[fault].number &&
		!fault_check_number(request, index, rule, fault_kinds[fault].number,
			fault_kinds[fault].low, fault_kinds[fault].high))
		return false;
	if (cJSON_HasObjectItem(rule, "probability") &&
		!fault_check_number(request, index, rule, "probability", 0, 1))
		return false;
	return !cJSON_HasObjectItem(rule, "count") ||
	       fault_check_number(request, index, rule, "count", 0, 1e9);
}

/* Puts `list`, which is taken, in the place of the one there was. */
static void faults_replace(struct faults *faults, cJSON *list)
{
	pthread_mutex_lock(&faults->lock);
	cJSON_Delete(faults->list);
	faults->list = list;
	pthread_mutex_unlock(&faults->lock);
}

void faults_put(struct request *request, unsigned kind)
{
	cJSON *list, *rule;
	int index = 0;

	(void)kind;
	if (!cJSON_IsArray(request->body)) {
		answer_error(request, 400, "The faults must be a JSON list.");
		return;
	}
	cJSON_ArrayForEach(rule, request->body)
	{
		if (!fault_check(request, ++index, rule))
			return;
	}
	list = cJSON_Duplicate(request->body, true);
	cJSON_ArrayForEach(rule, list)
	{
		json_set_number(rule, "applied", 0);
	}
	faults_replace(request->sandbox->faults, list);
	faults_show(request, kind);
}

void faults_show(struct request *request, unsigned kind)
{
	struct faults *faults = request->sandbox->faults;
	cJSON *list;

	(void)kind;
	pthread_mutex_lock(&faults->lock);
	list = cJSON_Duplicate(faults->list, true);
	pthread_mutex_unlock(&faults->lock);
	answer_tree(request, 200, list);
}

void faults_clear(struct request *request, unsigned kind)
{
	(void)kind;
	faults_replace(request->sandbox->faults, cJSON_CreateArray());
	answer_nothing(request);
}
