#!/bin/sh
# Head of the payload that installs a stack. The payload is one POSIX sh script, sent to `sh -s` over SSH or put
# into a droplet's user data, and is made of
#
#	this file, unchanged
#	put runner 'TEXT'                   one put per file: its path under /var/lib/docloud, its content
#	put follow 'TEXT'
#	put prelude 'TEXT'
#	put components/NAME.sh 'TEXT'       } for every component of the plan
#	put components/NAME.env 'TEXT'      } name='value' lines, quoted for sh
#	put stack 'TEXT'                    the wanted stack as its user wrote it
#	put plan 'TEXT'                     `run RUNID`, then `NAME KEY REQUIRES DEADLINE [implied]` lines
#	start                               always the last line
#
# Everything is staged beside the files in use; `start` hands it to the staged runner, which moves it into place under
# a lock unless a run is under way. So a payload that is cut short, or comes at the wrong moment, changes nothing.
# The exit status is that of `runner start`: 0 started, 75 a run is under way, anything else with a sentence on stderr.
#
# What a shell does by itself comes first here, as in the runner: a process costs more than all of a file.

set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
state=/var/lib/docloud
incoming=$state/incoming.$$

for left in "$state"/incoming.*; do
	[ ! -e "$left" ] || find "$left" -maxdepth 0 -mmin +60 -exec rm -rf {} + 2>/dev/null
done
[ ! -e "$incoming" ] || rm -rf "$incoming"
trap 'rm -rf "$incoming"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$incoming/components" && chmod 0700 "$state" || exit 1

# put PATH CONTENT
put() {
	if ! printf '%s' "$2" >"$incoming/$1"; then
		echo "cannot write $1 under $state" >&2
		exit 1
	fi
}

start() {
	/bin/sh "$incoming/runner" start "$incoming" </dev/null
	exit $?
}

