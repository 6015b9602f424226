#ifndef DOCLOUD_KIND_H
#define DOCLOUD_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "api/change.h"
#include "api/resource.h"

/*
 * A kind of resource is a table. Listing, attributes, links, `json`, `spec`, `plan` and the help texts are
 * made from it by code that knows no kind; what a kind has of its own is at most a function or two.
 *
 * A row of these tables begins with what every row says, in the order of its struct: {"memory", "MiB"}. What only some rows
 * say follows by its name: {"tag", SPEC_REF, "its label", "web", .kind = "tags"}.
 */
struct mount;
struct subject;
struct spec;

/* What is known of an attribute beyond what the API sends: for help/KIND. */
struct field {
	const char *name; /* path in the object, '/' between keys */
	const char *help; /* what it is, and its unit */
	/* Items of a list that are not shown. */
	bool (*hidden)(const struct mount *mount, const char *item);
	bool secret; /* a password or the like: for the mount's owner alone, as `json` is then, and never kept on disk */
};

/* Links to objects of another kind. */
struct relation {
	const char *name; /* the symlink's or the directory's */
	const char *kind; /* of the targets; NULL: many, each told by its URN (urn.h) */
	const char *help;
	/* In our object: the target (an object, its name or id, or a list of them; item: what names it in each). Or, back, in
	 * the target's: us, in the same forms. */
	const char *path, *item, *back;
	const char *only
		[2]; /* as that of a kind: a member, and for which of its values there is the relation */
	bool one;	  /* a single symlink */
	bool directories; /* shown as directories of their own, so that mkdir and rmdir work on them */
	/*
	 * What `ln -s` and `rm` send, as data: to a path beneath ours an action of that type (on, off), or POST and DELETE
	 * where there are none, with the target's id (where there are many kinds: its URN) as key, "droplet_ids[]" in a
	 * list. Of directories, what mkdir sends: the name as key; rmdir deletes the target. Or by a function. Neither: they
	 * are refused.
	 */
	struct relation_link {
		const char *path, *key, *on, *off;
	} link;
	int (*attach)(struct mount *mount, const struct subject *subject,
		const struct subject *target, const char *name, struct change_plan *plan,
		struct error *err);
	int (*detach)(struct mount *mount, const struct subject *subject,
		const struct subject *target, struct change_plan *plan, struct error *err);
};

enum spec_type {
	SPEC_TEXT,
	SPEC_NUMBER, /* a whole one */
	SPEC_FRACTION,
	SPEC_BOOL,
	SPEC_WORDS,  /* a list: words separated by commas or spaces */
	SPEC_OBJECT, /* a JSON object */
	SPEC_ITEMS, /* a list of objects, ';' between them or a line each: `key=value …`, or as its members say */
	SPEC_REF,   /* an object of another kind, by any of its names */
	SPEC_REFS,  /* several */
	SPEC_STACK, /* the droplet's stack: one line of it */
};

/* A key of `spec`. */
struct spec_key {
	const char *name; /* the API's */
	enum spec_type type;
	const char *help, *example;
	const char *kind; /* for references */
	bool required;
	/* Of a text, a number or words: all that there are, spaces between them; NULL: any. */
	const char *among;
	/*
	 * Items of members, in the order of their words: "http 80 to http 8080", "tcp 80,443 from 10.0.0.0/8 tag:web". Of a
	 * member (its name is a path in the item, its type any but SPEC_ITEMS and SPEC_STACK): the word that must stand before
	 * it ("to"), or what its words begin with ("tag:"); anyone can be given as name=value, too. Not given, it is the
	 * fallback, which may be empty; so is a key of a create. each: an item for each of its values, commas between them.
	 */
	const struct spec_key *members;
	const char *lead, *fallback;
	bool each;
	bool clears; /* of a text: "" is one, which takes away what there was */
	/* Another key: they exclude each other, and one that is given takes the place of the other. */
	const char *unless;
	bool kept; /* part of what a PUT has to say, though fixed, and of what a PATCH has to, though it stays */
	/* What is sent of that which is referred to; NULL: its slug, else its id. text: as a string, be it a number. */
	const char *by;
	bool text;
	double least, most; /* of a number; most 0: any */
	/* Where it stands in the request: "config/min_instances"; NULL: its name. Of a stack: the user data that it travels
	 * in, to install itself at the first boot. */
	const char *body;
	bool together; /* what is beside it there is as the spec says: what that leaves out goes */
	bool unique; /* belongs to this one object: left out of what `spec` reads as, which clones it */
	/* Why a draft may not say it, which the API would pass over: "say it when it is there". No part of a clone. */
	const char *later;
	bool local;  /* docloud's own: never sent */
	bool secret; /* of a spec: `plan` does not show it */
	/* Where the object itself shows the present value; NULL: where it stands in the request. unshown: nowhere. */
	const char *path;
	bool unshown;
	/*
	 * How an existing object is brought from its value to another: by steps of its own; by that one of the kind's actions,
	 * with all keys that name it; or, with neither, by the kind's `update`. Or not at all: what to do instead.
	 */
	int (*change)(struct mount *mount, const struct subject *subject,
		const struct spec_key *key, const struct json *wanted, struct change_plan *plan,
		struct error *err);
	const char *action;
	const char *fixed;
	bool grows; /* a number that cannot become smaller */
};
/* Of a number; of a key that nothing changes; of one that a create does not take. */
#define LIMITS(low, high) .least = (low), .most = (high)
#define FIXED .fixed = "make another one"
#define LATER .later = "say it when it is there"

enum sending { SENDING, SENT, NOT_SENT };

/*
 * One of the API's actions on an object: what `action` takes. Without a path of its own it is a POST to …/actions with its
 * name as the type, which is waited for; with one, a request with its parameters as the body.
 *
 * params, spaces between them: "image" (what the key of that name in spec refers to, or a plain value), "id@droplets" (what
 * is called so there), "tags[]" (a list, commas between its words), "params/size" (where it
 * stands in the body), and what nobody gives: "cluster_uuid@self" (the object's own id), "cancel@true". {name} in a path is the
 * parameter's value.
 */
struct action {
	const char *name;
	const char *help;
	const char *params; /* NULL for none */
	const char *method; /* with a path; NULL: "POST" */
	const char *path;   /* beneath the object's: "/resize"; beginning with /v2/, the whole */
	bool destroys; /* what is on the disk: refused where destroying is (restore, rebuild) */
	bool removes;  /* as rmdir: refused with destroy=none */
	/* NULL, or who has to know of it, before it is submitted and when it was, or not. */
	void (*sent)(struct mount *mount, const struct subject *subject, enum sending sending);
};

/*
 * A file of docloud's own in an object's directory. `read` makes the text (to be freed by the caller); `check`
 * refuses what can be known to be wrong (partial: the last line may be incomplete, more may come); `submit` does
 * what was written. Both may answer -EINPROGRESS while the inventory they need is being read.
 */
struct file {
	const char *name;
	int (*read)(struct mount *mount, const struct subject *subject, char **ret,
		size_t *ret_length, struct error *err);
	int (*check)(struct mount *mount, const struct subject *subject, const char *text,
		size_t length, bool partial, struct error *err);
	int (*submit)(struct mount *mount, const struct subject *subject, const char *text,
		size_t length, struct error *err);
	/* fsync: 0, the failure, or -EINPROGRESS while there is something to wait for. */
	int (*settle)(struct mount *mount, const struct subject *subject, struct error *err);
	bool log;    /* the droplet's log: grows, and is read in place */
	bool unborn; /* also there while the object does not exist */
	bool unborn_only;
	bool secret;  /* 0600 */
	bool fetched; /* its content may have to be fetched: kind->look() */
	bool steady;  /* changes only with its object: the kernel may keep it */
	const char *help;
};

/* All actions of a kind that has few, all members of an item that has: its .actions, its .members. */
#define ACTIONS(...) ((const struct action[]){__VA_ARGS__, {0}})
#define MEMBERS(...) ((const struct spec_key[]){__VA_ARGS__, {0}})

struct kind {
	struct resource resource;
	const char *help;
	const struct field *fields; /* ends with a NULL name, as all of these */
	const struct relation *relations;
	const struct spec_key *keys; /* of spec; NULL: cannot be created */
	const struct action *actions;
	const struct file *files; /* of a single nested kind, which is a file itself: that one */
	/* Of a nested kind: a member of the object above, and for which of its values there is one, spaces between them. */
	const char *only[2];
	bool given;	    /* its objects come by themselves: keys change them, and make none */
	const char *tagged; /* what tags call its objects: "volume"; NULL: they have no tags */
	const char *urn;    /* what projects call its objects: "droplet" of do:droplet:123 */
	const char *whole;  /* writing this attribute's file on a draft creates it: "public_key" */
	/* By what else than its names and its id a spec may name an object: a member of it, "fingerprint", and two of them,
	 * "distribution" and "name", joined by a space. */
	const char *alias_path, *alias_pair[2];
	/* A file that is `fetched` is about to be read: fetch what is only known elsewhere, behind the reader. True when
	 * that begins. */
	bool (*look)(struct mount *mount, const struct subject *subject);
	/* Does a word mean this object in a way of its kind's own? "2GB" for a size. */
	bool (*alias)(const struct json *object, const char *word);
	/*
	 * How an object is changed in one request: "PATCH" with what is to change, "PUT" with all of it, of which the spec
	 * leaves as it is what it does not say. NULL: keys have steps of their own. And what such a change does, in words.
	 */
	const char *update, *consequence;
	/* What the request calls the name of the directory; NULL: "name"; "": nothing, the API gives the name. */
	const char *named_by;
	bool renames;		    /* `mv` is an update of it */
	bool deletable, named_only; /* rmdir; a create needs the name alone: mkdir is enough */
	/* EINVAL with a sentence for a name the API would refuse. */
	int (*check_name)(const char *name, struct error *err);
	/* What a spec (of a kind with `update`, also of what exists) must hold beyond its single keys: mistakes go to
	 * spec_wrong(); anything else is a limit (EDQUOT) or an inventory that cannot be had. */
	int (*check_spec)(struct spec *spec, struct error *err);
	/* Submits a create; NULL: by change_submit() alone. Takes body. */
	int (*create)(struct mount *mount, const char *name, struct json *body,
		const struct spec *spec, struct error *err);
	/* Not shown: docloud's own tags. */
	bool (*hidden)(const struct mount *mount, const char *name);
	/* A line for the object's log: what a change of it is doing. */
	void (*log)(struct mount *mount, const char *key, const char *name, const char *line);
	/* Renames: the steps for `mv`. */
	int (*rename)(struct mount *mount, const struct subject *subject, const char *name,
		struct change_plan *plan, struct error *err);
};

/* The registry. Its order is that of the resources in the cache and of the kinds in a node. */
enum {
#define KIND(name) KIND_##name,
#include "kinds/registry.h"
#undef KIND
	KINDS
};

extern const struct kind *const kinds[];

/* The kind of that name ("droplets", "domains/records"), or -1, as for NULL. */
int kind_find(const char *name);
/* What its collection is called: the last word of its name. */
const char *kind_word(const struct kind *kind);
/* Can spec change that key of an object that is there? */
bool kind_changes(const struct kind *kind, const struct spec_key *key);
/* Is that attribute secret, or in something that is? path NULL: is any? */
bool kind_is_secret(const struct kind *kind, const char *path);
/* The paths of what is secret in a kind, counted from 0; NULL after the last. */
const char *kind_secret(unsigned kind, unsigned number);
/* Is there one for (beneath) that object, as its JSON has it? */
bool kind_applies(const char *const only[2], const struct json *json);
/* The kind whose objects a nested one belongs to; -1 of one that is not nested. */
int kind_above(unsigned kind);

#endif
