#ifndef DOCLOUD_KINDS_DROPLET_H
#define DOCLOUD_KINDS_DROPLET_H

#include "fs/control.h"

/* The parts of the kind droplet: its table is in droplets.c, but for two that stand with their functions. */

/* droplet_files.c */
extern const struct file droplet_files[];
/* Its state is on itself, also when another machine set it up: fetched from there, unless it is known. */
bool droplet_opened(struct mount *mount, const struct subject *subject);
void droplet_log(struct mount *mount, const char *key, const char *name, const char *line);

/* droplet_change.c: how a droplet is created and changed. */
extern const struct spec_key droplet_keys[];
int droplet_check_name(const char *name, struct error *err);
/* Do region, size, image and user data go together? Mistakes to spec_wrong(). */
void droplet_check_parts(struct spec *spec);
int droplet_check_spec(struct spec *spec, struct error *err);
int droplet_create(
	struct mount *mount, const char *name, struct json *body, const struct spec *spec, struct error *err);
int droplet_rename(struct mount *mount, const struct subject *subject, const char *name, struct change_plan *plan,
	struct error *err);

/* Its disk is being made anew: what was known of it holds no more. */
void droplet_rebuilds(struct mount *mount, const struct subject *subject, enum sending sending);

/* The most user data that the API takes. */
#define DROPLET_USER_DATA_MAX (64u << 10)

#endif
