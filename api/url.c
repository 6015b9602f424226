#include "url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"

static bool is_loopback(const char *host)
{
	struct in_addr address;

	if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

/* A host's name or address, in brackets for IPv6. */
static bool is_host(const char *host)
{
	size_t length = strlen(host);
	struct in6_addr address;

	if (host[0] == '[' && length > 2 && length < 64 && host[length - 1] == ']') {
		char text[64] = "";
		memcpy(text, host + 1, length - 2);
		return inet_pton(AF_INET6, text, &address) == 1;
	}
	for (const char *at = host; *at != '\0'; at++)
		if (!isalnum((unsigned char)*at) && strchr("-._", *at) == NULL)
			return false;
	return length > 0;
}

static bool is_port(const char *port)
{
	size_t length = strlen(port);

	return length >= 1 && length <= 5 && strspn(port, "0123456789") == length &&
	       strtol(port, NULL, 10) > 0 && strtol(port, NULL, 10) < 65536;
}

static const char wanted[] = "it has to look like https://api.digitalocean.com";

int url_parse(struct url *url, const char *text, struct error *err)
{
	bool tls = strncasecmp(text, "https://", 8) == 0;
	char plain[200], host[sizeof url->host];

	*url = (struct url){.tls = tls};
	text_plain(plain, sizeof plain, text);
	if (strchr(text, '@') != NULL) /* may hold a password: not printed */
		return error_set(err, EINVAL, "api_url holds a user's name: %s", wanted);
	if (!tls && strncasecmp(text, "http://", 7) != 0)
		return error_set(err, EINVAL, "api_url=%s is no URL: %s", plain, wanted);
	const char *start = text + (tls ? 8 : 7);
	size_t length = strcspn(start, "/");
	if (length >= sizeof host || strpbrk(start, "?# \t\r\n\\") != NULL)
		return error_set(err, EINVAL, "api_url=%s is no URL: %s", plain, wanted);
	memcpy(host, start, length);
	host[length] = '\0';
	memcpy(url->host, host, length + 1);
	char *port = strrchr(host, ':');
	if (port != NULL && strchr(port, ']') == NULL)
		*port++ = '\0';
	else
		port = NULL;
	if (!is_host(host) || (port != NULL && !is_port(port)))
		return error_set(err, EINVAL, "api_url=%s names no host: %s", plain, wanted);
	url->loopback = is_loopback(host);
	if (!tls && !url->loopback)
		return error_set(err, EINVAL,
			"api_url=%s would send the token over the network where anybody can read "
			"it: use "
			"https://",
			plain);
	url->base = xstrdup(text);
	for (size_t end = strlen(url->base); url->base[end - 1] == '/'; end--)
		url->base[end - 1] = '\0';
	return 0;
}

void url_finish(struct url *url)
{
	free(url->base);
	url->base = NULL;
}
