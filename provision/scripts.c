#include "scripts.h"

#include <string.h>

struct script {
	const char *kind, *name, *text;
};

static const struct script scripts[] = {
#include "scripts_data.h"
};

static const size_t script_count = sizeof scripts / sizeof scripts[0];

const char *script_text(const char *kind, const char *name)
{
	for (size_t i = 0; i < script_count; i++) {
		if (strcmp(scripts[i].kind, kind) == 0 && strcmp(scripts[i].name, name) == 0)
			return scripts[i].text;
	}
	return NULL;
}

const char *script_at(const char *kind, size_t index, const char **ret_text)
{
	for (size_t i = 0; i < script_count; i++) {
		if (strcmp(scripts[i].kind, kind) != 0 || index-- > 0)
			continue;
		*ret_text = scripts[i].text;
		return scripts[i].name;
	}
	return NULL;
}
