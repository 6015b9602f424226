#include "network.h"

#include "json.h"
#include "kind.h"
#include "request.h"
#include "sandbox.h"
#include "store.h"

bool network_expand_region(struct request *request, cJSON *object)
{
	const char *slug = json_text(object, "region");
	cJSON *region = slug ? store_read(request->sandbox->store, KIND_REGION, slug) : NULL;

	if (!slug)
		return true;
	if (!region)
		return answer_error(request, 422, "region is invalid");
	json_set(object, "region", region);
	return true;
}
