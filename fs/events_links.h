#ifndef DOCLOUD_EVENTS_LINKS_H
#define DOCLOUD_EVENTS_LINKS_H

#include "events.h"

/* Directories of links, which show other objects than their own. */
struct links_events {
	struct mount *mount;
	const struct events_target *target;
	struct forget *forget;
	struct snapshot *const
		*told; /* of each kind what the kernel knows; NULL where it knows nothing */
};

/*
 * Tell of an object, as it was or as it is: its own directories of links, and those that show it. listed: it came or went,
 * or has another name. own: its own directories have not been told yet.
 */
void links_tell(const struct links_events *events, unsigned kind, struct object *object,
	bool listed, bool own);

#endif
