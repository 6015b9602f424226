#include "fs/file.h"

static const struct field fields[] = {
	{"url", "a WebSocket with a shell in it, for who has the address", .secret = true}, {0}};

const struct kind kind_app_component_exec = {
	.resource = {"apps/components/exec", "/v2/apps/%s/components/%s/exec", .single = true, .unlisted = true},
	.help = "a WebSocket with a shell in the component; `ls` does not show it",
	.fields = fields,
	.files = FILES(FILE_ANSWER("a WebSocket with a shell in the component, for who has the address")),
};
