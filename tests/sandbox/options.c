#include "options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
	"Usage: docloud-sandbox [OPTION]...\n"
	"DigitalOcean's API v2 on this machine: no account, no cost. It says where it listens on "
	"its\n"
	"first line of output; the address and the token are also in STATE/url and STATE/token.\n"
	"\n"
	"  --listen=HOST:PORT   a loopback address; port 0 takes a free one (127.0.0.1:0)\n"
	"  --token=TOKEN        the token that is wanted ($DOCLOUD_SANDBOX_TOKEN, or made up)\n"
	"  --scopes=LIST        what the token may, such as droplet:read,tag:* (*, all)\n"
	"  --droplets=N         start with N droplets (0)\n"
	"  --droplet-limit=N    the account's droplet limit (500 more than --droplets)\n"
	"  --seed=N             which N (1)\n"
	"  --latency=MS         delay every answer (0)\n"
	"  --rate-limit=on|off  5,000 requests an hour, 250 a minute (on)\n"
	"  --state=DIR          keep everything there across restarts (a directory that is "
	"removed)\n"
	"  --hosts=none|containers\n"
	"                       what is behind the droplets: nothing, or a systemd-nspawn "
	"container\n"
	"                       each, with systemd, cloud-init and sshd; needs root (none)\n"
	"  --boot-seconds=S     how long a droplet is `new`; actions take their share of it (2)\n"
	"  --exit-with-parent   stop when standard input ends\n"
	"  --make-base          prepare the containers' base image and exit\n"
	"  --help               show this\n"
	"\n"
	"PUT, GET and DELETE /sandbox/faults make things go wrong: a JSON list of rules such as\n"
	"{\"method\":\"POST\",\"path\":\"/v2/"
	"droplets\",\"fault\":\"reset_after\",\"probability\":0.3,\"count\":10},\n"
	"where `*` is one segment and fault is status (with \"status\"), rate_limit, "
	"reset_before,\n"
	"reset_after, truncate, garbage, delay, late (with \"ms\") or stall. GET /sandbox/requests "
	"counts the\n"
	"requests, DELETE starts anew; GET /sandbox/operations lists what can be asked. They want "
	"the token.\n";

/* An option and the function that reads its value; false when the value is wrong. */
struct option_row {
	const char *name;
	bool (*read)(struct options *options, char *value); /* NULL: it is a switch */
	size_t flag;					    /* of a switch */
	const char *wanted;
};

static bool read_unsigned(const char *value, unsigned most, unsigned *ret_number)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);

	*ret_number = (unsigned)number;
	return *value >= '0' && *value <= '9' && !*end && number <= most;
}

static bool read_listen(struct options *options, char *value)
{
	char *colon = strrchr(value, ':');
	struct in_addr address;

	if (!colon || !read_unsigned(colon + 1, 65535, &options->port))
		return false;
	*colon = '\0';
	options->host = strcmp(value, "localhost") ? value : "127.0.0.1";
	return inet_pton(AF_INET, options->host, &address) == 1 &&
	       ntohl(address.s_addr) >> 24 == 127;
}

static bool read_token(struct options *options, char *value)
{
	options->token = value;
	return *value && !value[strcspn(value, " \t\r\n")];
}

static bool read_scopes(struct options *options, char *value)
{
	options->scopes = value;
	return *value && !value[strcspn(value, " \t\r\n")];
}

static bool read_droplets(struct options *options, char *value)
{
	return read_unsigned(value, 1000000, &options->droplets);
}

static bool read_droplet_limit(struct options *options, char *value)
{
	return read_unsigned(value, 10000000, &options->droplet_limit);
}

static bool read_seed(struct options *options, char *value)
{
	char *end;

	options->seed = strtoull(value, &end, 10);
	return *value >= '0' && *value <= '9' && !*end;
}

static bool read_latency(struct options *options, char *value)
{
	return read_unsigned(value, 600000, &options->latency_ms);
}

static bool read_choice(const char *value, const char *no, const char *yes, bool *ret_choice)
{
	*ret_choice = !strcmp(value, yes);
	return *ret_choice || !strcmp(value, no);
}

static bool read_rate_limit(struct options *options, char *value)
{
	return read_choice(value, "off", "on", &options->rate_limit);
}

static bool read_state(struct options *options, char *value)
{
	options->state = value;
	return *value;
}

static bool read_hosts(struct options *options, char *value)
{
	return read_choice(value, "none", "containers", &options->containers);
}

static bool read_boot_seconds(struct options *options, char *value)
{
	char *end;

	options->boot_seconds = strtod(value, &end);
	return end != value && !*end && options->boot_seconds >= 0 && options->boot_seconds <= 3600;
}

static const struct option_row rows[] = {
	{"listen", read_listen, 0, "a loopback address and a port, such as 127.0.0.1:8080"},
	{"token", read_token, 0, "one word"},
	{"scopes", read_scopes, 0, "scopes separated by commas, or *"},
	{"droplets", read_droplets, 0, "a number"},
	{"droplet-limit", read_droplet_limit, 0, "a number"},
	{"seed", read_seed, 0, "a number"},
	{"latency", read_latency, 0, "a number of milliseconds"},
	{"rate-limit", read_rate_limit, 0, "on or off"},
	{"state", read_state, 0, "a directory"},
	{"hosts", read_hosts, 0, "none or containers"},
	{"boot-seconds", read_boot_seconds, 0, "a number of seconds, 3600 at most"},
	{"exit-with-parent", NULL, offsetof(struct options, exit_with_parent), NULL},
	{"make-base", NULL, offsetof(struct options, make_base), NULL},
};

enum { ROWS = sizeof(rows) / sizeof(*rows), OPTION_HELP = 1000 };

static bool options_apply(struct options *options, const struct option_row *row, char *value)
{
	if (!row->read) {
		*(bool *)((char *)options + row->flag) = true;
		return true;
	}
	if (row->read(options, value))
		return true;
	fprintf(stderr, "docloud-sandbox: --%s must be %s\n", row->name, row->wanted);
	return false;
}

bool options_permit(const struct options *options, const char *scope, size_t length)
{
	const char *has = options->scopes;
	size_t kind = strcspn(scope, ":") + 1;

	while (*has) {
		size_t size = strcspn(has, ",");

		if ((size == 1 && *has == '*') ||
			(size == length && !strncmp(has, scope, length)) ||
			(size == kind + 1 && !strncmp(has, scope, kind) && has[kind] == '*'))
			return true;
		has += size + (has[size] == ',');
	}
	return false;
}

int options_read(struct options *options, int argc, char **argv)
{
	struct option table[ROWS + 2] = {0};
	int code;

	*options = (struct options){.host = "127.0.0.1",
		.scopes = "*",
		.seed = 1,
		.rate_limit = true,
		.boot_seconds = 2};
	options->token = getenv("DOCLOUD_SANDBOX_TOKEN");
	for (int i = 0; i < ROWS; i++)
		table[i] = (struct option){
			rows[i].name, rows[i].read ? required_argument : no_argument, NULL, i};
	table[ROWS] = (struct option){"help", no_argument, NULL, OPTION_HELP};
	while ((code = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (code == OPTION_HELP) {
			fputs(help, stdout);
			return 0;
		}
		if (code >= ROWS) {
			fputs("Try `docloud-sandbox --help`.\n", stderr);
			return 2;
		}
		if (!options_apply(options, &rows[code], optarg))
			return 2;
	}
	if (optind < argc) {
		fprintf(stderr, "docloud-sandbox: \"%s\" is not an option; try --help\n",
			argv[optind]);
		return 2;
	}
	if (!options->droplet_limit)
		options->droplet_limit = options->droplets + 500;
	return -1;
}
