#include "project.h"
#include "kind.h"
#include "rest.h"

#define WHOLE                                                     \
	"name!:s(1,175) description!:s(0,255) purpose!:s(1,255) " \
	"environment!:(Development|Staging|Production) is_default!:b"
#define PART                                                   \
	"name:s(1,175) description:s(0,255) purpose:s(1,255) " \
	"environment:(Development|Staging|Production) is_default:b"
#define SAMPLE                                                                           \
	"{'name':'sample-${random}','description':'sample','purpose':'Web Application'," \
	"'environment':'Staging','is_default':false}"
#define RESOURCES .body = "resources!:[s]", .sample = "{'resources':['do:droplet:${=droplet}']}"

static const struct operation operations[] = {
	{"GET", "/v2/projects", "project:read", 200, rest_list},
	{"POST", "/v2/projects", "project:create", 201, rest_create,
		.body = "name!:s(1,175) description:s(0,255) purpose!:s(1,255) "
			"environment:(Development|Staging|Production)",
		.sample = "{'name':'sample-${random}','purpose':'Web Application'}"},
	{"GET", "/v2/projects/default", "project:read", 200, rest_get},
	{"PUT", "/v2/projects/default", "project:update", 200, rest_update, .body = WHOLE,
		.sample = SAMPLE},
	{"PATCH", "/v2/projects/default", "project:update", 200, rest_update, .body = PART},
	{"GET", "/v2/projects/{project_id}", "project:read", 200, rest_get},
	{"PUT", "/v2/projects/{project_id}", "project:update", 200, rest_update, .body = WHOLE,
		.sample = SAMPLE},
	{"PATCH", "/v2/projects/{project_id}", "project:update", 200, rest_update, .body = PART},
	{"DELETE", "/v2/projects/{project_id}", "project:delete", 204, rest_remove},
	{"GET", "/v2/projects/{project_id}/resources", "project:read", 200, project_resources},
	{"POST", "/v2/projects/{project_id}/resources", "project:assign_resource", 200,
		project_assign, RESOURCES},
	{"GET", "/v2/projects/default/resources", "project:read", 200, project_resources},
	{"POST", "/v2/projects/default/resources", "project:assign_resource", 200, project_assign,
		RESOURCES},
	{0},
};

DEFINE_KIND(project) = {
	.path = "/v2/projects",
	.list_key = "projects",
	.object_key = "project",
	.id_key = "id",
	.unique_name = true,
	.template = "{'owner_uuid':'99525febec065ca37b2ffe4f852fd2b2581895e7','owner_id':258992,"
		    "'description':'','environment':'Development','is_default':false,"
		    "'created_at':'${now}','updated_at':'${now}'}",
	.operations = operations,
	.trait = project_trait,
	.update = project_update,
	.remove = project_remove,
};

/* What is in another project than the default one; not listed anywhere. */
DEFINE_KIND(assignment) = {
	.path = "/sandbox/assignments",
	.id_key = "urn",
	.identity = IDENTITY_GIVEN,
};
