#include <string.h>

#include "api/memory.h"
#include "views.h"

const char readme_text[] =
	"This directory is a DigitalOcean account.\n"
	"\n"
	"Look:     ls droplets; cat droplets/NAME/status; jq . droplets/NAME/json\n"
	"          ls -l regions/nyc3/droplets   links lead to what belongs together\n"
	"          cat status                    the fleet, a line a droplet (watch cat status)\n"
	"          touch droplets                reads the listing anew at once\n"
	"\n"
	"Create:   mkdir droplets/web1           a draft: free, nothing is sent\n"
	"          cp my.spec droplets/web1/spec where my.spec has lines such as\n"
	"              region = sgp1\n"
	"              size   = s-1vcpu-2gb\n"
	"              image  = debian-12-x64\n"
	"              stack  = nginx mysql\n"
	"          or cp -r droplets/web1 droplets/web2, which makes another one like it\n"
	"Install:  echo \"nginx mysql\" > droplets/web1/stack      (ls components; "
	"help/COMPONENT)\n"
	"Wait:     sync droplets/web1/status     returns when all is done; fails if something "
	"failed\n"
	"Log in:   ssh -F ssh_config web1\n"
	"\n"
	"Change:   edit droplets/web1/spec (size, tags …), echo off > droplets/web1/power,\n"
	"          echo reboot > droplets/web1/action, mv droplets/web1 droplets/web2,\n"
	"          mkdir tags/prod; ln -s ../../../droplets/web1 tags/prod/droplets/\n"
	"          what it would do and cost beforehand: write the spec to plan, and read it\n"
	"Destroy:  rmdir droplets/web1           rm -r destroys nothing\n"
	"\n"
	"When something is refused, `error` beside it says why and what to do;\n"
	"`errors` has the latest of all.\n"
	"help/ explains every kind, file and key.\n";

VIEW(view_readme)
{
	(void)mount;
	(void)err;
	*ret = xstrdup(readme_text);
	*ret_length = strlen(readme_text);
	return 0;
}
