#ifndef DOCLOUD_STACK_H
#define DOCLOUD_STACK_H

#include "component.h"

/*
 * The components wanted on a droplet: parsed from `NAME[=VERSION] [param=value …]` lines, in which a
 * value may be quoted and then have blanks, line breaks and the other quotes; checked against the components' headers, what they require added, in the order they are to be installed.
 */
struct wanted {
	struct component *component;
	char *version; /* NULL when not pinned */
	char **values; /* one a parameter, NULL: its default */
	bool implied;  /* required by another one, not written by the user */
	char *keys; /* lines "KEYNAME TYPE BASE64 COMMENT" of the SSH keys that its values name */
	char key[17]; /* hash of script, version, values and SSH keys: the same key, the same result */
};

struct stack {
	char *text;	       /* as written */
	struct wanted *wanted; /* in install order */
	size_t count;
	uint64_t hash; /* of all keys */
};

/* The public key ("ssh-ed25519 AAAA… comment") of a name in ssh_keys/, freed by the caller, or NULL with
 * err (ENOENT with the nearest names, EINPROGRESS while the inventory is being read). */
typedef char *(*key_finder)(void *context, const char *name, struct error *err);

/*
 * Parse and check. EINVAL names every mistake with the nearest known words: unknown component,
 * unknown parameter, bad value, a cycle. partial: text may end in the middle of a line, which is then
 * left unchecked. Freed with stack_free(), which takes NULL.
 */
int stack_parse(struct components *components, const char *text, bool partial, key_finder find_key,
	void *context, struct stack **ret, struct error *err);
void stack_free(struct stack *stack);
/* The one of that name, or NULL, as for a NULL stack. Borrowed. */
const struct wanted *stack_find(const struct stack *stack, const char *name);
/* The line that wants it in this version ("": any), as stack_parse() reads it; freed by the caller. */
char *wanted_line(const struct wanted *wanted, const char *version);

/*
 * A payload as a script that cloud-init runs at the first boot: compressed, so that nine components fit into 64 KiB of
 * user data. line: the stack as one, which stack_boot_line() finds in the user data again; may be NULL. Both freed by
 * the caller; stack_boot_line() is NULL when there is none.
 */
char *stack_boot_script(const char *payload, const char *line);
char *stack_boot_line(const char *user_data);
/* The component whose secret the stack gives, or NULL: user data can be read by every process on the droplet. */
const char *stack_secret(const struct stack *stack);

/*
 * The script that a droplet runs as root to install it: it unpacks the runner, the components and
 * their parameters, and starts the run `run_id` (hex digits). See provision/remote/unpack.sh.
 */
char *stack_payload(const struct stack *stack, const char *run_id);

/* Quote one word for a POSIX shell: the one function through which anything reaches a remote shell. */
char *shell_quote(const char *word);

/* The nearest of words (NULL-terminated) to a mistyped one, or NULL when none is near. Borrowed. */
const char *word_nearest(const char *word, const char *const *words);

#endif
