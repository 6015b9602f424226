#include "node.h"

#include "api/cache.h"
#include "kind.h"

_Static_assert(KINDS <= 1 << 8, "a kind has 8 bits");
_Static_assert(NODE_FILE < 1 << 5, "a type has 5");
_Static_assert(NODE_ENTRIES <= 1 << 10, "an entry has 10");
_Static_assert(NODE_SLOTS <= 1 << 20, "a slot has 20");
_Static_assert(NODE_OTHERS <= 1 << 20,
	"other has 20, of which it leaves out one number: it counts from 1");
_Static_assert(CACHE_SLOTS <= NODE_SLOTS, "every object that is listed has a node");

#define BITS(value, width, shift) (((uint64_t)(value) & ((1ull << (width)) - 1)) << (shift))
#define FIELD(ino, width, shift) ((ino) >> (shift) & ((1ull << (width)) - 1))

uint64_t node_pack(struct node node)
{
	/* other counts from 0 in a node and from 1 in an inode number, which keeps 0 free and makes the root 1. */
	return BITS(node.kind, 8, 56) | BITS(node.unborn, 1, 55) | BITS(node.type, 5, 50) |
	       BITS(node.slot, 20, 30) | BITS(node.entry, 10, 20) | BITS(node.other + 1, 20, 0);
}

struct node node_unpack(uint64_t ino)
{
	return (struct node){
		.kind = (uint8_t)FIELD(ino, 8, 56),
		.unborn = FIELD(ino, 1, 55),
		.type = (uint8_t)FIELD(ino, 5, 50),
		.slot = (uint32_t)FIELD(ino, 20, 30),
		.entry = (uint16_t)FIELD(ino, 10, 20),
		.other = (uint32_t)FIELD(ino, 20, 0) - 1,
	};
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
