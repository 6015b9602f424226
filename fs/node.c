#include "node.h"

#define BITS(value, width, shift) (((uint64_t)(value) & ((1ull << (width)) - 1)) << (shift))
#define FIELD(ino, width, shift) ((ino) >> (shift) & ((1ull << (width)) - 1))

uint64_t node_pack(struct node node)
{
	/* other counts from 0 in a node and from 1 in an inode number, which keeps 0 free and makes the root 1. */
	return BITS(node.kind, 7, 57) | BITS(node.unborn, 1, 56) | BITS(node.type, 5, 51) |
	       BITS(node.slot, 21, 30) | BITS(node.entry, 10, 20) | BITS(node.other + 1, 20, 0);
}

struct node node_unpack(uint64_t ino)
{
	return (struct node){
		.kind = (uint8_t)FIELD(ino, 7, 57),
		.unborn = FIELD(ino, 1, 56),
		.type = (uint8_t)FIELD(ino, 5, 51),
		.slot = (uint32_t)FIELD(ino, 21, 30),
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
