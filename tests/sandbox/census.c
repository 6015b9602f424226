#include "census.h"

#include "json.h"
#include "request.h"
#include "sandbox.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct census {
	pthread_mutex_t lock; /* `counts` */
	cJSON *counts;	      /* "GET /v2/droplets": 3 */
};

struct census *census_create(void)
{
	struct census *census = calloc(1, sizeof(*census));

	if (!census)
		abort();
	pthread_mutex_init(&census->lock, NULL);
	census->counts = cJSON_CreateObject();
	return census;
}

void census_destroy(struct census *census)
{
	if (!census)
		return;
	pthread_mutex_destroy(&census->lock);
	cJSON_Delete(census->counts);
	free(census);
}

void census_count(struct census *census, const char *method, const char *pattern)
{
	char key[160];
	cJSON *count;

	snprintf(key, sizeof(key), "%s %s", method, pattern);
	pthread_mutex_lock(&census->lock);
	count = cJSON_GetObjectItemCaseSensitive(census->counts, key);
	if (count)
		cJSON_SetNumberValue(count, count->valuedouble + 1);
	else
		cJSON_AddNumberToObject(census->counts, key, 1);
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
	cJSON_ArrayForEach(count, census->counts)
	{
		total += count->valuedouble;
	}
	json_set_number(answer, "total", total);
	json_set(answer, "requests", cJSON_Duplicate(census->counts, true));
	pthread_mutex_unlock(&census->lock);
	answer_tree(request, 200, answer);
}

void census_clear(struct request *request, unsigned kind)
{
	struct census *census = request->sandbox->census;

	(void)kind;
	pthread_mutex_lock(&census->lock);
	cJSON_Delete(census->counts);
	census->counts = cJSON_CreateObject();
	pthread_mutex_unlock(&census->lock);
	answer_nothing(request);
}
