#include "node.h"

#include "api/cache.h"
#include "kind.h"

enum { KIND_BITS = 8, TYPE_BITS = 5, SLOT_BITS = 20, ENTRY_BITS = 10, OTHER_BITS = 20 };

_Static_assert(1 + KIND_BITS + TYPE_BITS + SLOT_BITS + ENTRY_BITS + OTHER_BITS == 64, "an inode");
_Static_assert(KINDS <= 1u << KIND_BITS, "every kind");
_Static_assert(NODE_FILE < 1u << TYPE_BITS, "every type, of which this is the last");
_Static_assert(NODE_ENTRIES <= 1u << ENTRY_BITS, "every entry");
_Static_assert(NODE_SLOTS <= 1u << SLOT_BITS, "every slot");
_Static_assert(NODE_OTHERS <= 1u << OTHER_BITS, "every other, but for one, as it counts from 1");
_Static_assert(CACHE_SLOTS <= 1u << SLOT_BITS, "every object that is listed");
_Static_assert(CACHE_SLOTS < 1u << OTHER_BITS, "and a link to it");

#define BITS(value, width, shift) (((uint64_t)(value) & ((1ull << (width)) - 1)) << (shift))
#define FIELD(ino, width, shift) ((ino) >> (shift) & ((1ull << (width)) - 1))

/*
 * GNU cp copies in the order of inode numbers. Of a draft those files come first that can be written: at the first of them it
 * is known that what made the new one copies (serve.c), and what only tells something is not in the way of its copy.
 */
enum { ENTRY_TELLS = NODE_ENTRIES / 2 };

static bool is_of_draft(struct node node)
{
	return node.unborn && node.type == NODE_FILE;
}

uint64_t node_pack(struct node node)
{
	if (is_of_draft(node) && !kinds[node.kind]->files[node.entry].submit)
		node.entry |= ENTRY_TELLS;
	/* other counts from 0 in a node and from 1 in an inode number, which keeps 0 free and makes the root 1. */
	return BITS(node.kind, KIND_BITS, 56) | BITS(node.unborn, 1, 55) |
	       BITS(node.type, TYPE_BITS, 50) | BITS(node.slot, SLOT_BITS, 30) |
	       BITS(node.entry, ENTRY_BITS, 20) | BITS(node.other + 1, OTHER_BITS, 0);
}

struct node node_unpack(uint64_t ino)
{
	struct node node = {
		.kind = (uint8_t)FIELD(ino, KIND_BITS, 56),
		.unborn = FIELD(ino, 1, 55),
		.type = (uint8_t)FIELD(ino, TYPE_BITS, 50),
		.slot = (uint32_t)FIELD(ino, SLOT_BITS, 30),
		.entry = (uint16_t)FIELD(ino, ENTRY_BITS, 20),
		.other = (uint32_t)FIELD(ino, OTHER_BITS, 0) - 1,
	};
	if (is_of_draft(node))
		node.entry %= ENTRY_TELLS;
	return node;
}

struct node node_beside(struct node node, enum node_type type, unsigned entry, unsigned other)
{
	return (struct node){.kind = node.kind,
		.unborn = node.unborn,
		.slot = node.slot,
		.type = (uint8_t)type,
		.entry = (uint16_t)entry,
		.other = other};
}
