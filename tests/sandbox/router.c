#include "router.h"

#include "kind.h"
#include "request.h"
#include "rest.h"
#include "routes.h"

#include <stdio.h>
#include <string.h>

/* What the rows of the kinds' table answer to; `item`: the path ends in an object's id. */
static const struct {
	const char *method;
	bool item;
	enum verb verb;
	void (*handle)(struct request *request, unsigned kind);
} kind_routes[] = {
	{"GET", false, VERB_LIST, rest_list},
	{"POST", false, VERB_CREATE, rest_create},
	{"GET", true, VERB_GET, rest_get},
	{"PUT", true, VERB_PUT, rest_update},
	{"PATCH", true, VERB_PATCH, rest_update},
	{"DELETE", true, VERB_DELETE, rest_remove},
};

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
		if (length == 1 && *pattern == '*') {
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

static void router_try(struct search *search, const struct route *route)
{
	const char *arguments[REQUEST_ARGUMENTS] = {NULL};
	int score = router_score(search->request, route->pattern, arguments);

	if (score < 0 || score <= search->best)
		return;
	search->path_known = true;
	if (strcmp(route->method, search->request->method) != 0)
		return;
	search->best = score;
	search->match->handle = route->handle;
	search->match->kind = route->kind;
	snprintf(search->match->pattern, sizeof(search->match->pattern), "%s", route->pattern);
	memcpy(search->request->argument, arguments, sizeof(arguments));
}

static void router_try_kind(struct search *search, unsigned kind)
{
	char pattern[128];

	for (size_t i = 0; i < sizeof(kind_routes) / sizeof(*kind_routes); i++) {
		if (!(kind_at(kind)->verbs & kind_routes[i].verb))
			continue;
		snprintf(pattern, sizeof(pattern), "%s%s", kind_at(kind)->path,
			kind_routes[i].item ? "/*" : "");
		router_try(search, &(struct route){kind_routes[i].method, pattern,
					   kind_routes[i].handle, kind});
	}
}

bool router_find(struct request *request, struct match *match)
{
	struct search search = {.request = request, .match = match, .best = -1};
	const struct route *routes;
	size_t count;

	routes = routes_table(&count);
	for (size_t i = 0; i < count; i++)
		router_try(&search, &routes[i]);
	for (unsigned kind = 0; kind < kind_count(); kind++)
		router_try_kind(&search, kind);
	if (search.best >= 0)
		return true;
	if (search.path_known)
		return answer_error(request, 405, "%s is not allowed here.", request->method);
	return answer_not_found(request);
}
