#ifndef DOCLOUD_NODE_H
#define DOCLOUD_NODE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A node of the tree is a value: which kind, which object, which of its files. It is packed into the
 * 64 bits of an inode number and unpacked again, so nothing is allocated for it, nothing is kept and
 * nothing can dangle: whether the node still exists is asked anew each time.
 *
 * An object that has an id is named by its slot (snapshot.h). One that has none yet, a draft or a
 * droplet being created, is `unborn` and named by the number of its name in mount.names. A single one
 * (the account; of nested kinds a file beside the attributes of the object above) has the slot of what it is
 * beneath.
 */
enum node_type {
	NODE_ROOT,    /* the mount itself */
	NODE_VIEW,    /* a derived file of the root: entry */
	NODE_HELP,    /* help/ */
	NODE_TOPIC,   /* help/TOPIC: entry */
	NODE_SCRIPTS, /* components/ of the root */
	NODE_SCRIPT,  /* components/NAME: other = number of the name in mount.words */
	NODE_KIND, /* a collection: kind; of a nested one also the slot of the object it is beneath */
	NODE_OBJECT, /* an object's directory: kind, slot */
	NODE_ALIAS, /* a symlink from the name of a draft to what it became: unborn, slot; found, but not listed */
	NODE_LINK, /* a symlink to the one object of a relation: entry = relation, other = NODE_LINK_OTHER */
	NODE_LINKS,	/* the directory of a relation to many: entry = relation */
	NODE_LINKED,	/* a symlink in there: entry = relation, other = slot of the target */
	NODE_PARTS,	/* droplets/X/components/ */
	NODE_PART,	/* droplets/X/components/NAME/: other = number in mount.words */
	NODE_SCRATCH,	/* an editor's file beside ours: other = its number */
	NODE_PART_FILE, /* droplets/X/components/NAME/state: entry, other */
	NODE_ATTRIBUTE, /* entry = number of its path in the kind's paths: a file, or a directory for a nested object */
	/* The last of an object's nodes: GNU cp copies in the order of inode numbers, and `spec` must come last. */
	NODE_FILE, /* a file of docloud's own: entry in the kind's files */
};

struct node {
	uint8_t kind;	/* index in kinds, 8 bits */
	bool unborn;	/* slot counts names, not ids */
	uint8_t type;	/* enum node_type, 5 bits */
	uint16_t entry; /* 10 bits */
	uint32_t slot;	/* 20 bits */
	uint32_t other; /* 20 bits */
};

#define NODE_ENTRIES (1u << 10)
#define NODE_OTHERS (1u << 20)
#define NODE_SLOTS (NODE_OTHERS - 1) /* a link has one as its other */

/*
 * Of a symlink that would else be the same node when it says something else: from the hash of what it says; via, as
 * elsewhere, is 1 where the object is seen through another one.
 */
#define NODE_LINK_OTHER(via, hash) (((via)&1) | ((hash) << 1 & (NODE_OTHERS / 2 - 1)))

/* The root is inode 1, as FUSE wants it; no other node packs to 0 or 1. */
uint64_t node_pack(struct node node);
struct node node_unpack(uint64_t ino);

/* The node of another type beneath the same object. */
struct node node_beside(struct node node, enum node_type type, unsigned entry, unsigned other);

#endif
