#ifndef DOCLOUD_VIEWS_H
#define DOCLOUD_VIEWS_H

#include "fs/subject.h"

/* The derived files of the root: a file of source and a line in the registry each. */
struct view {
	const char *name;
	/* Makes the text, to be freed; -EINPROGRESS while an inventory it needs is being read. */
	int (*read)(struct mount *mount, char **ret, size_t *ret_length, struct error *err);
	const char *help;
	bool droplets; /* made from their listing: stat alone does not ask for it */
};

/* Ends with a NULL name. */
extern const struct view views[];

#define VIEW(name) int name(struct mount *mount, char **ret, size_t *ret_length, struct error *err)
VIEW(view_readme);
VIEW(view_status);
VIEW(view_errors);
VIEW(view_metrics);
VIEW(view_ssh_config);
VIEW(view_known_hosts);
VIEW(view_inventory);

/* What README says. */
extern const char readme_text[];

/* Every droplet of the last listing in the order of names, with those that do not exist yet after them. */
void view_droplets(struct mount *mount, void (*visit)(void *context, const struct subject *droplet),
	void *context);

/* A droplet's first address of that type in networks/v4: "public"; NULL if it has none. Borrowed. */
const char *view_address(const struct subject *droplet, const char *type);

/* Its name can stand unquoted in files that others parse. The API gives no other to a droplet. */
bool view_name_is_plain(const struct subject *droplet);

#endif
