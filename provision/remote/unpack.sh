#!/bin/sh
# Head of the payload that installs a stack. The payload is one POSIX sh script, sent to `sh -s` over SSH or put
# into a droplet's user data, and is made of
#
#	this file, unchanged
#	put runner 0700 <<'EOF_1f2e'        one put per file: its path under /var/lib/docloud, its mode,
#	...                                 its content as a quoted here-document whose end line occurs
#	EOF_1f2e                            nowhere in the content
#	put follow 0700 ...
#	put prelude 0600 ...
#	put components/NAME.sh 0700 ...     } for every component of the plan
#	put components/NAME.env 0600 ...    } name='value' lines, quoted for sh
#	put stack 0600 ...                  the wanted stack as its user wrote it
#	put plan 0600 ...                   `run RUNID`, then `NAME KEY REQUIRES DEADLINE` lines
#	start                               always the last line
#
# Everything is staged beside the files in use; `start` hands it to the staged runner, which moves it into place under
# a lock unless a run is under way. So a payload that is cut short, or comes at the wrong moment, changes nothing.
# The exit status is that of `runner start`: 0 started, 75 a run is under way, anything else with a sentence on stderr.

set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
state=/var/lib/docloud

mkdir -p "$state" && chmod 0700 "$state" || exit 1
for left in "$state"/incoming.*; do
	[ ! -e "$left" ] || find "$left" -maxdepth 0 -mmin +60 -exec rm -rf {} + 2>/dev/null
done
incoming=$(mktemp -d "$state/incoming.XXXXXX") || exit 1
trap 'rm -rf "$incoming"' EXIT
mkdir "$incoming/components"
trap 'exit 1' HUP INT TERM

# put PATH MODE <CONTENT. The umask makes it 0600; those that are 0700 get it together: a process each is what costs most.
run=
put() {
	if ! cat >"$incoming/$1"; then
		echo "cannot write $1 under $state" >&2
		exit 1
	fi
	[ "$2" != 0700 ] || run="$run $1"
}

start() {
	# shellcheck disable=SC2086 # several, and names of components are words
	(cd "$incoming" && chmod 0700 $run) || exit 1
	/bin/sh "$incoming/runner" start "$incoming" </dev/null
	exit $?
}

