#ifndef DOCLOUD_TREE_H
#define DOCLOUD_TREE_H

#include <sys/stat.h>

#include "subject.h"

/*
 * The shape of the tree, computed from the tables: names to nodes and nodes to names. It knows kinds only through their
 * tables and FUSE not at all. Everything may answer -EINPROGRESS while an inventory is being read.
 */

/* The node of that name in dir; -ENOENT only when it is known not to be there. */
int tree_lookup(struct mount *mount, struct node dir, const char *name, struct node *ret,
	struct error *err);

/* Call visit for all entries of dir but "." and "..", in an order that stays as long as dir does not change. */
typedef void (*tree_visitor)(void *context, const char *name, struct node node);
int tree_list(
	struct mount *mount, struct node dir, tree_visitor visit, void *context, struct error *err);

int tree_stat(struct mount *mount, struct node node, struct stat *ret, struct error *err);
/* Is it a file that is fetched from the API when it is read, and has not been lately? */
bool tree_is_unread(struct mount *mount, struct node node);

/* What a symlink says; freed by the caller. */
int tree_readlink(struct mount *mount, struct node node, char **ret, struct error *err);

/* How long the kernel may believe, in ms, what it was told of a node, and that its name leads to it. */
int64_t tree_attr_ms(struct mount *mount, struct node node);
int64_t tree_entry_ms(struct mount *mount, struct node node, int64_t attr_ms);

/* The path of the object that the node belongs to, "droplets/tenant42", for reports. */
void tree_path(struct mount *mount, struct node node, char *to, size_t size);

/* Tables by a node's entry; NULL when it has none. */
const struct file *tree_file(struct node node);
const struct relation *tree_relation(struct node node);

#endif
