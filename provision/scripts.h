#ifndef DOCLOUD_SCRIPTS_H
#define DOCLOUD_SCRIPTS_H

#include <stddef.h>

/*
 * The scripts that are built into docloud: provision/components and provision/remote (see
 * embed.sh).
 */

/* The text of provision/KIND/NAME.sh ("remote", "ready"), or NULL. */
const char *script_text(const char *kind, const char *name);

/* Name and text of the index-th script of a kind, counted from 0; NULL at the end. */
const char *script_at(const char *kind, size_t index, const char **ret_text);

#endif
