#include "trust.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "file.h"
#include "text.h"

enum { USER_DATA_MAX = 64 << 10, KEY_MAX = 16 << 10, KNOWN_MAX = 256 << 10 };

/*
 * A directory of our own for ssh-keygen, which only writes to files: in memory where there is such
 * a place.
 */
static char *private_directory(struct error *err)
{
	static const char *const places[] = {"/dev/shm", "/tmp"};
	const char *chosen = getenv("TMPDIR");

	for (size_t i = 0; i < 3; i++) {
		const char *place = i < 2 ? places[i] : chosen;
		char *path = place != NULL ? xasprintf("%s/docloud-key.XXXXXX", place) : NULL;
		if (path != NULL && mkdtemp(path) != NULL)
			return path;
		free(path);
	}
	error_set(err, errno, "cannot make a temporary directory: %s", strerror(errno));
	return NULL;
}

/* The public half's first two words and the rest, without the newline. */
static void trim(char *line)
{
	line[strcspn(line, "\r\n")] = '\0';
}

static int keygen(const char *path, const char *comment, struct error *err)
{
	const char *const command[] = {
		"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path, NULL};
	int r = file_run(command, KEY_MAX, NULL, err);

	return r == 0 ? 0 : error_set(err, EIO, "ssh-keygen cannot make a key: exit status %d", r);
}

static int key_pair_read(const char *path, struct key_pair *ret, struct error *err)
{
	CLEANUP_FREE char *public = xasprintf("%s.pub", path);
	struct key_pair pair = {.private_text = file_read(path, KEY_MAX, NULL, err)};

	if (pair.private_text != NULL)
		pair.public_text = file_read(public, KEY_MAX, NULL, err);
	if (pair.public_text == NULL) {
		key_pair_finish(&pair);
		return err != NULL && err->code != 0 ? -err->code : -EIO;
	}
	trim(pair.public_text);
	*ret = pair;
	return 0;
}

int key_pair_make(const char *comment, struct key_pair *ret, struct error *err)
{
	CLEANUP_FREE char *dir = private_directory(err);

	if (dir == NULL)
		return -EIO;
	CLEANUP_FREE char *path = xasprintf("%s/key", dir);
	int r = keygen(path, comment, err);
	if (r == 0)
		r = key_pair_read(path, ret, err);
	file_remove_directory(dir);
	return r;
}

void key_pair_finish(struct key_pair *pair)
{
	if (pair->private_text != NULL)
		explicit_bzero(pair->private_text, strlen(pair->private_text));
	free(pair->private_text);
	free(pair->public_text);
	*pair = (struct key_pair){0};
}

/* Of a private key that lost its public half, or was cut off before that: droplets know it, so it is not replaced. */
static int add_public(const char *path, const char *public, struct error *err)
{
	const char *const command[] = {"ssh-keygen", "-y", "-P", "", "-f", path, NULL};
	char *text = NULL;
	int r = file_run(command, KNOWN_MAX, &text, err);

	if (r == 0)
		r = file_write(public, 0644, text, strlen(text), err);
	else
		r = error_prefix(err, "%s has no %s beside it", path, public);
	free(text);
	return r;
}

char *trust_user_key(const char *state_dir, struct error *err)
{
	CLEANUP_FREE char *path = xasprintf("%s/id_ed25519", state_dir);
	CLEANUP_FREE char *public = xasprintf("%s.pub", path);
	struct key_pair pair = {0};
	char host[64] = "", comment[96];

	if (access(path, R_OK) == 0)
		return access(public, R_OK) == 0 || add_public(path, public, err) == 0
			       ? xstrdup(path)
			       : NULL;
	gethostname(host, sizeof host - 1);
	snprintf(comment, sizeof comment, "docloud@%s", host);
	if (key_pair_make(comment, &pair, err) != 0 || pair.private_text == NULL)
		return NULL;
	CLEANUP_FREE char *line = xasprintf("%s\n", pair.public_text);
	int r = file_write(path, 0600, pair.private_text, strlen(pair.private_text), err);
	if (r == 0)
		r = file_write(public, 0644, line, strlen(line), err);
	key_pair_finish(&pair);
	return r == 0 ? xstrdup(path) : NULL;
}

/* A line of a YAML block, indented, for each line of text. */
static void add_block(struct text *to, const char *indent, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		text_print(to, "%s%.*s\n", indent, (int)length, text);
		text += length + (text[length] == '\n' ? 1 : 0);
	}
}

/*
 * The host key is docloud's to choose, so this part replaces what the user's own one says;
 * ssh_deletekeys takes the image's keys away, and ssh_keys puts the only one there is.
 */
static void add_host_key(struct text *to, const struct key_pair *host_key)
{
	text_print(
		to, "ssh_deletekeys: true\nssh_genkeytypes: []\nssh_keys:\n  ed25519_private: |\n");
	add_block(to, "    ", host_key->private_text);
	text_print(to, "  ed25519_public: %s\n", host_key->public_text);
}

/* Without its comment, which may be anything: `work: alice` would make a mapping of the line. */
static char *bare_key(const char *key)
{
	size_t type = strcspn(key, " ");
	size_t length = type + strspn(key + type, " ");

	return xstrndup(key, length + strcspn(key + length, " \t\r\n"));
}

/*
 * root has the key too, without a "please log in as" before it, unless the user's own part says
 * otherwise. Another ssh_user is made if it is not there, and may become root, as all that docloud
 * does there wants.
 */
static void add_login(
	struct text *to, const char *user, const char *authorized_key, bool default_user)
{
	CLEANUP_FREE char *key = bare_key(authorized_key);

	text_print(to, "disable_root: false\nssh_authorized_keys:\n  - %s\n", key);
	if (user == NULL || strcmp(user, "root") == 0)
		return;
	text_print(to,
		"users:\n%s  - name: %s\n    sudo: \"ALL=(ALL) NOPASSWD:ALL\"\n"
		"    shell: /bin/bash\n    lock_passwd: true\n    ssh_authorized_keys:\n      - "
		"%s\n",
		default_user ? "  - default\n" : "", user, key);
}

/* How cloud-init knows what a part is: by its first line. */
static const struct {
	const char *start, *type;
} part_types[] = {
	{"#cloud-config-archive", "text/cloud-config-archive"},
	{"#cloud-config", "text/cloud-config"},
	{"#!", "text/x-shellscript"},
	{"#include-once", "text/x-include-once-url"},
	{"#include", "text/x-include-url"},
	{"#cloud-boothook", "text/cloud-boothook"},
	{"#part-handler", "text/part-handler"},
	{"#upstart-job", "text/upstart-job"},
	{"## template: jinja", "text/jinja2"},
};

static const char *part_type(const char *own)
{
	for (size_t i = 0; i < sizeof part_types / sizeof part_types[0]; i++) {
		if (strncmp(own, part_types[i].start, strlen(part_types[i].start)) == 0)
			return part_types[i].type;
	}
	return NULL;
}

/*
 * Does it begin as a mail does? Then it is a multi-part itself, and can stand within ours as it is.
 */
static bool is_mime(const char *own)
{
	return strncasecmp(own, "Content-Type:", 13) == 0 ||
	       strncasecmp(own, "MIME-Version:", 13) == 0;
}

static const char own_headers[] = "; charset=\"utf-8\"\nMIME-Version: 1.0\n"
				  "Content-Transfer-Encoding: 8bit\n\n";

static void add_own(struct text *to, const char *boundary, const char *own)
{
	text_print(to, "--%s\n", boundary);
	if (!is_mime(own))
		text_print(to, "Content-Type: %s%s", part_type(own), own_headers);
	text_print(to, "%s\n", own);
}

static const char config_start[] = "#cloud-config\nmerge_how:\n";

/* A part of our own, and how it is merged into those before it. */
static void begin_config(struct text *to, const char *boundary, const char *how)
{
	text_print(to,
		"--%s\nContent-Type: text/cloud-config%s%s"
		" - name: list\n   settings: [append]\n - name: dict\n   settings: [%s]\n",
		boundary, own_headers, config_start, how);
}

static bool user_ok(const char *user)
{
	return user == NULL ||
	       (user[0] != '-' && user[0] != '\0' && strlen(user) <= 32 &&
		       user[strspn(user, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0');
}

static char *checked(struct text *text, struct error *err)
{
	if (text->length <= USER_DATA_MAX)
		return text_take(text);
	error_set(err, EINVAL, "user_data has %zu bytes with docloud's own part; the API takes %d",
		text->length, USER_DATA_MAX);
	return NULL;
}

char *trust_user_data(const struct key_pair *host_key, const char *user, const char *authorized_key,
	const char *own, const char *script, struct error *err)
{
	CLEANUP_TEXT struct text text = {0};
	char boundary[40];
	uint64_t random[2];

	if (own != NULL && own[strspn(own, " \t\r\n")] == '\0')
		own = NULL;
	if (own != NULL && !is_mime(own) && part_type(own) == NULL) {
		error_set(err, EINVAL,
			"user_data begins with none of the lines that cloud-init knows: "
			"#cloud-config, #!, "
			"#include, #cloud-boothook, or the headers of a MIME multi-part");
		return NULL;
	}
	if (!user_ok(user)) {
		error_set(err, EINVAL, "ssh_user=%.40s is no name of a user", user);
		return NULL;
	}
	if (own == NULL && script == NULL) {
		text_print(&text, "#cloud-config\n");
		if (host_key != NULL)
			add_host_key(&text, host_key);
		add_login(&text, user, authorized_key, true);
	} else {
		if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
			abort();
		snprintf(boundary, sizeof boundary, "docloud%016llx%016llx",
			(unsigned long long)random[0], (unsigned long long)random[1]);
		text_print(&text,
			"Content-Type: multipart/mixed; boundary=\"%s\"\nMIME-Version: 1.0\n\n",
			boundary);
		if (own != NULL)
			add_own(&text, boundary, own);
		if (host_key != NULL) {
			begin_config(&text, boundary, "replace");
			add_host_key(&text, host_key);
		}
		begin_config(&text, boundary, "no_replace, recurse_list");
		add_login(
			&text, user, authorized_key, own == NULL || strstr(own, "users:") == NULL);
		if (script != NULL)
			add_own(&text, boundary, script);
		text_print(&text, "--%s--\n", boundary);
	}
	return checked(&text, err);
}

char *trust_own_part(const char *user_data, const char *authorized_key)
{
	static const char start[] = "Content-Type: multipart/mixed; boundary=\"docloud";

	if (user_data == NULL || user_data[0] == '\0')
		return NULL;
	CLEANUP_FREE char *key = bare_key(authorized_key);
	if (strncmp(user_data, start, strlen(start)) != 0)
		return strstr(user_data, key) != NULL ? NULL : xstrdup(user_data);
	const char *boundary = strchr(user_data, '"') + 1;
	CLEANUP_FREE char *line = xasprintf("\n--%.*s", (int)strcspn(boundary, "\""), boundary);
	const char *part = strstr(user_data, line);
	const char *end = part != NULL ? strstr(part + strlen(line), line) : NULL;
	if (end == NULL || part[strlen(line)] != '\n')
		return xstrdup(user_data);
	part += strlen(line) + 1;
	const char *headers = part + strcspn(part, ";\n");
	if (strncmp(headers, own_headers, strlen(own_headers)) == 0)
		part = headers + strlen(own_headers);
	/* The first part is docloud's where the user gave none. */
	if (strncmp(part, config_start, strlen(config_start)) == 0)
		return NULL;
	return part < end ? xstrndup(part, (size_t)(end - part)) : NULL;
}

/*
 * The first key of the best type among the lines that ssh-keygen -F found: "[hosts] TYPE BASE64".
 */
static char *best_key(const char *found)
{
	static const char *const types[] = {" ssh-ed25519 ", " ecdsa-sha2-nistp256 ",
		" ecdsa-sha2-nistp384 ", " ecdsa-sha2-nistp521 ", " ssh-rsa "};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		for (const char *line = found; line != NULL && *line != '\0';) {
			size_t length = strcspn(line, "\n");
			const char *type = memmem(line, length, types[i], strlen(types[i]));
			if (type != NULL && line[0] != '#' && line[0] != '@') {
				const char *key = type + strlen(types[i]);
				int end = (int)strcspn(key, " \t\r\n");
				return xasprintf("%.*s", (int)(key - type - 1) + end, type + 1);
			}
			line += length + (line[length] == '\n' ? 1 : 0);
		}
	}
	return NULL;
}

static char *look_up(const char *host, const char *file)
{
	const char *const command[] = {"ssh-keygen", "-F", host, "-f", file, NULL};
	char *found = NULL;

	if (host == NULL || host[0] == '\0' || host[0] == '-' || access(file, R_OK) != 0)
		return NULL;
	int r = file_run(command, KNOWN_MAX, &found, NULL);
	char *key = r == 0 ? best_key(found) : NULL;
	free(found);
	return key;
}

char *trust_known_host(const char *address, const char *name)
{
	const char *home = getenv("HOME");
	CLEANUP_FREE char *user = xasprintf("%s/.ssh/known_hosts", home != NULL ? home : "");
	const char *const files[] = {user, "/etc/ssh/ssh_known_hosts"};

	for (size_t i = 0; i < 2; i++) {
		char *key = look_up(address, files[i]);
		if (key == NULL && name != NULL)
			key = look_up(name, files[i]);
		if (key != NULL)
			return key;
	}
	return NULL;
}
