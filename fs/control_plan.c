#include <errno.h>
#include <string.h>

#include "api/cleanup.h"
#include "control.h"
#include "document.h"
#include "ledger.h"
#include "words.h"

/* `plan`: what a text written here would do, worked out as it would be done, and kept to be read. */

static const struct spec_key *stack_key(const struct kind *kind)
{
	for (const struct spec_key *key = kind->keys; key && key->name; key++)
		if (key->type == SPEC_STACK)
			return key;
	return NULL;
}

/* Lines of a stack rather than a spec: the first of them names a component, or gives nothing a value. */
static bool is_stack(
	struct mount *mount, const struct subject *subject, const char *text, size_t length)
{
	const char *end = text + length;
	if (!stack_key(subject->kind) || memchr(text, '\0', length) ||
		document_begins(text, length))
		return false;
	while (text < end) {
		size_t size = strcspn(text, "\n");
		size = size < (size_t)(end - text) ? size : (size_t)(end - text);
		CLEANUP_FREE char *copy = xstrndup(text, size);
		copy[line_length(copy)] = '\0';
		char *line = word_trim(copy);
		text += size + 1;
		if (!*line)
			continue;
		bool assigns = strchr(line, '=') != NULL;
		line[strcspn(line, " \t=")] = '\0';
		struct component *component = components_find(mount->components, line);
		if (component)
			component_unref(component);
		return component || !assigns;
	}
	return false;
}

/* Of a member of the body by its path: is it, or something it lies in, one? A step of its own may have it by its name. */
static bool is_secret(const struct kind *kind, const char *path)
{
	const char *slash = strrchr(path, '/'), *leaf = slash ? slash + 1 : path;
	for (const struct spec_key *key = kind->keys; key && key->name; key++) {
		const char *body = key->body ? key->body : key->name;
		size_t length = strlen(body);
		bool within = strncmp(body, path, length) == 0 &&
			      (path[length] == '\0' || path[length] == '/');
		if (key->secret && (within || strcmp(key->name, leaf) == 0))
			return true;
	}
	return kind_is_secret(kind, path);
}

/* What the API is asked for, without what is nobody's business. above: where it lies, "config/", or "". */
static void put_body(
	struct text *text, const struct kind *kind, const struct json *body, const char *above)
{
	for (const struct json *member = json_first(body); member; member = json_next(member)) {
		CLEANUP_FREE char *path = xasprintf("%s%s", above, json_key(member));
		if (json_type(member) == JSON_OBJECT) {
			CLEANUP_FREE char *inside = xasprintf("%s/", path);
			put_body(text, kind, member, inside);
			continue;
		}
		CLEANUP_FREE char *value = json_text(member);
		size_t length = strlen(value);
		if (length > 120 || is_secret(kind, path))
			text_print(text, " %s=(%zu bytes)", json_key(member), length);
		else
			text_print(text, " %s=%s", json_key(member), value);
	}
}

static void put_steps(struct text *text, const struct kind *kind, const struct change_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		text_print(text, "%s: %s %s", step->say, step->method, step->path);
		put_body(text, kind, step->body, "");
		text_print(text, "\n");
	}
}

static void put_stack(struct text *text, const struct stack *stack)
{
	for (size_t i = 0; stack && i < stack->count; i++) {
		const struct wanted *wanted = &stack->wanted[i];
		text_print(text, "install %s%s%s%s\n", wanted->component->name,
			wanted->version ? "=" : "", wanted->version ? wanted->version : "",
			wanted->implied ? " (another one requires it)" : "");
	}
}

/* Prices stand in the objects that a spec refers to: that of a size. */
static bool price_of(const struct json *object, double *ret)
{
	return json_number(json_get(object, "price_monthly"), ret);
}

static void put_cost(struct text *text, const struct subject *subject, const struct spec *spec)
{
	double before = 0, after = 0, price;
	bool priced = false;
	for (const struct spec_key *key = subject->kind->keys; key->name; key++) {
		/* What a template costs depends on how much is made of it. */
		if (key->body)
			continue;
		const struct json *now = spec_shown(key, subject->json);
		const struct json *then = spec ? spec_target(spec, key->name) : NULL;
		if (price_of(now, &price)) {
			before += price;
			after += then && price_of(then, &price) ? price : then ? 0 : price;
			priced = true;
		} else if (price_of(then, &price)) {
			after += price;
			priced = true;
		}
	}
	if (priced)
		text_print(text, "monthly cost: %.2f USD before, %.2f USD after\n", before, after);
}

/* The text for a spec. */
static int plan_spec(struct mount *mount, const struct subject *subject, const struct spec *spec,
	struct text *text, struct error *err)
{
	struct stack *stack = NULL;
	const char *wanted = subject->object ? control_stack_wanted(subject, spec)
					     : spec_stack(spec);
	int rc = wanted ? control_stack(mount, wanted, strlen(wanted), false, &stack, err) : 0;
	struct change_plan plan = control_plan(subject);
	if (rc == 0 && subject->object) {
		rc = control_diff(mount, subject, spec, &plan, err);
	} else if (rc == 0) {
		struct json *body = NULL;
		rc = control_body(mount, spec, &body, err);
		if (rc == 0)
			change_plan_add(&plan, "POST",
				xstrdup(cache_resource(mount->cache, subject->listing)->path), body,
				false, "create %s", subject->name);
	}
	put_steps(text, subject->kind, &plan);
	put_stack(text, stack);
	if (rc == 0 && plan.count == 0 && !stack)
		text_print(text, "nothing: it is all this already\n");
	if (rc == 0)
		put_cost(text, subject, spec);
	change_plan_finish(&plan);
	stack_free(stack);
	return rc;
}

static int plan_text(struct mount *mount, const struct subject *subject, const char *written,
	size_t length, struct text *text, struct error *err)
{
	CLEANUP_SPEC struct spec *spec = NULL;
	struct stack *stack = NULL;
	int rc;
	if (is_stack(mount, subject, written, length)) {
		rc = control_stack(mount, written, length, false, &stack, err);
		put_stack(text, stack);
		stack_free(stack);
		if (rc == 0)
			put_cost(text, subject, NULL);
		return rc;
	}
	rc = control_spec(mount, subject, written, length, false, &spec, err);
	return rc != 0 ? rc : plan_spec(mount, subject, spec, text, err);
}

int read_plan(struct mount *mount, const struct subject *subject, char **ret, size_t *ret_length,
	struct error *err)
{
	(void)err;
	*ret = ledger_plan(mount->ledger, subject->listing, subject_key(subject));
	*ret_length = strlen(*ret);
	return 0;
}

int check_plan(struct mount *mount, const struct subject *subject, const char *text, size_t length,
	bool partial, struct error *err)
{
	CLEANUP_TEXT struct text ignored = {0};
	/* An answer that `cp -r` copies with all the rest asks for nothing. */
	if (length == 0 || ledger_is_plan(mount->ledger, text, length))
		return 0;
	if (!partial)
		return plan_text(mount, subject, text, length, &ignored, err);
	if (is_stack(mount, subject, text, length))
		return control_stack(mount, text, length, true, NULL, err);
	return check_spec(mount, subject, text, length, true, err);
}

int submit_plan(struct mount *mount, const struct subject *subject, const char *text, size_t length,
	struct error *err)
{
	CLEANUP_TEXT struct text plan = {0};
	if (ledger_is_plan(mount->ledger, text, length))
		return 0;
	int rc = length ? plan_text(mount, subject, text, length, &plan, err) : 0;
	if (rc == 0)
		ledger_plan_set(mount->ledger, subject->listing, subject_key(subject),
			plan.data ? plan.data : "");
	return rc;
}
