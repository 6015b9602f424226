#include "routes.h"

#include "account.h"
#include "action.h"
#include "census.h"
#include "droplet.h"
#include "fault.h"
#include "image.h"
#include "kind.h"
#include "network.h"
#include "pool.h"
#include "tag.h"

static const struct route routes[] = {
	{"GET", "/sandbox/faults", faults_show, 0},
	{"PUT", "/sandbox/faults", faults_put, 0},
	{"DELETE", "/sandbox/faults", faults_clear, 0},
	{"GET", "/sandbox/requests", census_show, 0},
	{"DELETE", "/sandbox/requests", census_clear, 0},
	{"GET", "/v2/account", account_show, 0},
	{"GET", "/v2/customers/my/balance", account_balance, 0},
	{"GET", "/v2/customers/my/billing_history", account_history, 0},
	{"GET", "/v2/customers/my/invoices", account_invoices, 0},
	{"GET", "/v2/1-clicks", account_one_clicks, 0},
	{"POST", "/v2/tags/*/resources", tag_assign, KIND_TAG},
	{"DELETE", "/v2/tags/*/resources", tag_unassign, KIND_TAG},
	{"GET", "/v2/images/*/actions", action_list_of, KIND_IMAGE},
	{"POST", "/v2/images/*/actions", image_action, KIND_IMAGE},
	{"GET", "/v2/images/*/actions/*", action_get_of, KIND_IMAGE},
	{"GET", "/v2/vpcs/*/members", vpc_members, KIND_VPC},
	{"POST", "/v2/droplets", droplet_create, KIND_DROPLET},
	{"DELETE", "/v2/droplets", droplet_remove_tagged, KIND_DROPLET},
	{"POST", "/v2/droplets/actions", droplet_action_tagged, KIND_DROPLET},
	{"GET", "/v2/droplets/*/actions", action_list_of, KIND_DROPLET},
	{"POST", "/v2/droplets/*/actions", droplet_action, KIND_DROPLET},
	{"GET", "/v2/droplets/*/actions/*", action_get_of, KIND_DROPLET},
	{"GET", "/v2/droplets/*/snapshots", droplet_snapshots, KIND_DROPLET},
	{"GET", "/v2/droplets/*/backups", droplet_backups, KIND_DROPLET},
	{"GET", "/v2/droplets/*/backups/policy", droplet_backup_policy, KIND_DROPLET},
	{"GET", "/v2/droplets/backups/policies", droplet_backup_policies, KIND_DROPLET},
	{"GET", "/v2/droplets/backups/supported_policies", droplet_supported_policies,
		KIND_DROPLET},
	{"GET", "/v2/droplets/*/kernels", droplet_kernels, KIND_DROPLET},
	{"GET", "/v2/droplets/*/firewalls", droplet_firewalls, KIND_DROPLET},
	{"GET", "/v2/droplets/*/neighbors", droplet_neighbors, KIND_DROPLET},
	{"DELETE", "/v2/droplets/autoscale/*", pool_delete, KIND_POOL},
	{"DELETE", "/v2/droplets/autoscale/*/dangerous", pool_delete_dangerous, KIND_POOL},
	{"GET", "/v2/droplets/autoscale/*/members", pool_members, KIND_POOL},
	{"GET", "/v2/reports/droplet_neighbors_ids", droplet_neighbors_ids, KIND_DROPLET},
	{"GET", "/v2/droplets/*/destroy_with_associated_resources", droplet_associated,
		KIND_DROPLET},
	{"DELETE", "/v2/droplets/*/destroy_with_associated_resources/selective",
		droplet_destroy_selective, KIND_DROPLET},
	{"DELETE", "/v2/droplets/*/destroy_with_associated_resources/dangerous",
		droplet_destroy_dangerous, KIND_DROPLET},
	{"GET", "/v2/droplets/*/destroy_with_associated_resources/status", droplet_destroy_status,
		KIND_DROPLET},
	{"POST", "/v2/droplets/*/destroy_with_associated_resources/retry", droplet_destroy_retry,
		KIND_DROPLET},
};

const struct route *routes_table(size_t *ret_count)
{
	*ret_count = sizeof(routes) / sizeof(*routes);
	return routes;
}
