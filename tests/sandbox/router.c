#include "router.h"

#include "kind.h"
#include "request.h"

#include <string.h>

struct search {
	struct request *request;
	struct match *match;
	int best; /* literal segments of the best match so far; -1: none */
	bool path_known;
};

/* The number of literal segments when the pattern fits, or -1. Fills in `arguments`. */
static int router_score(const struct request *request, const char *pattern,
	const char *arguments[REQUEST_ARGUMENTS])
{
	unsigned segment = 0, argument = 0;
	int score = 0;

	while (*pattern) {
		size_t length = strcspn(++pattern, "/");

		if (segment == request->segments)
			return -1;
		if (*pattern == '{' || (length == 1 && *pattern == '*')) {
			if (argument < REQUEST_ARGUMENTS)
				arguments[argument++] = request->segment[segment];
		} else if (strlen(request->segment[segment]) != length ||
			   strncmp(request->segment[segment], pattern, length) != 0) {
			return -1;
		} else {
			score++;
		}
		segment++;
		pattern += length;
	}
	return segment == request->segments ? score : -1;
}

bool router_fits(const struct request *request, const char *pattern)
{
	const char *arguments[REQUEST_ARGUMENTS];

	return router_score(request, pattern, arguments) >= 0;
}

static void router_try(struct search *search, unsigned kind, const struct operation *operation)
{
	const char *arguments[REQUEST_ARGUMENTS] = {NULL};
	int score = router_score(search->request, operation->path, arguments);

	if (score < 0 || score <= search->best)
		return;
	search->path_known = true;
	if (strcmp(operation->method, search->request->method) != 0)
		return;
	search->best = score;
	*search->match = (struct match){operation, kind};
	search->request->operation = operation;
	memcpy(search->request->argument, arguments, sizeof(arguments));
}

bool router_find(struct request *request, struct match *match)
{
	struct search search = {.request = request, .match = match, .best = -1};

	for (unsigned kind = KIND_NONE + 1; kind < KIND_COUNT; kind++) {
		const struct operation *operation = kind_at(kind)->operations;

		for (; operation && operation->method; operation++)
			router_try(&search, kind, operation);
	}
	if (search.best >= 0)
		return true;
	if (search.path_known)
		return answer_error(request, 405, "%s is not allowed here.", request->method);
	return answer_not_found(request);
}
