#include "key.h"

#include "json.h"
#include "kind.h"
#include "request.h"
#include "sandbox.h"
#include "store.h"

#include <nettle/base64.h>
#include <nettle/md5.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { KEY_MOST = 8192 };

static const char *const key_types[] = {"ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com",
	"sk-ecdsa-sha2-nistp256@openssh.com"};

static bool key_type_known(const char *text, size_t length)
{
	for (size_t i = 0; i < sizeof(key_types) / sizeof(*key_types); i++)
		if (strlen(key_types[i]) == length && !strncmp(text, key_types[i], length))
			return true;
	return false;
}

/* The blob begins with the length and the name of its type, the same as stand before it. */
static bool key_blob_fits(const uint8_t *blob, size_t size, const char *type, size_t length)
{
	return size > length + 4 && !blob[0] && !blob[1] && !blob[2] && blob[3] == length &&
	       !memcmp(blob + 4, type, length);
}

bool key_fingerprint(const char *public_key, char fingerprint[FINGERPRINT_SIZE])
{
	const char *type = public_key + strspn(public_key, " \t\n"), *text;
	uint8_t blob[BASE64_DECODE_LENGTH(KEY_MOST)], digest[MD5_DIGEST_SIZE];
	size_t type_length = strcspn(type, " \t"), text_length, size = sizeof(blob);
	struct base64_decode_ctx decoder;
	struct md5_ctx md5;

	text = type + type_length;
	text += strspn(text, " \t");
	text_length = strcspn(text, " \t\r\n");
	if (!key_type_known(type, type_length) || !text_length || text_length > KEY_MOST)
		return false;
	base64_decode_init(&decoder);
	if (!base64_decode_update(&decoder, &size, blob, text_length, text) ||
		!base64_decode_final(&decoder) || !key_blob_fits(blob, size, type, type_length))
		return false;
	md5_init(&md5);
	md5_update(&md5, size, blob);
	md5_digest(&md5, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(fingerprint + 3 * i, 4, "%02x:", digest[i]);
	fingerprint[3 * sizeof(digest) - 1] = '\0'; /* the last colon */
	return true;
}

bool key_create(struct request *request, cJSON *object)
{
	const char *public_key = json_text(object, "public_key");
	char fingerprint[FINGERPRINT_SIZE];

	if (!public_key || !key_fingerprint(public_key, fingerprint))
		return answer_error(
			request, 422, "Key invalid, key should be a valid SSH public key");
	if (store_find(request->sandbox->store, KIND_KEY, NULL, fingerprint))
		return answer_error(request, 422, "SSH Key is already in use on your account");
	json_set_text(object, "fingerprint", fingerprint);
	return true;
}
