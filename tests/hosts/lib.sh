# shellcheck shell=bash
# What the tests on real hosts share, beyond tests/lib.sh. To be sourced in its place.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require root fuse systemd-nspawn nft ip

# The base image of the hosts is made when there is none; that takes half a minute.
hosts_sandbox() {
	SANDBOX_START=240 sandbox --hosts=containers "$@"
}
# on NAME COMMAND…: run it on a droplet by the mount's own ssh_config.
on() {
	ssh -F "$MNT/ssh_config" -o BatchMode=yes -o ConnectTimeout=10 "$@" </dev/null
}
# component NAME HEADER BODY: a component of the test's own.
component() {
	printf '#!/bin/sh\n# summary: of a test\n# %s\n%s\n' "$2" "$3" >"$WORK/component" && cp "$WORK/component" "$MNT/components/$1"
}
# states NAME…: what became of the components of droplet NAME.
states() {
	local name=$1 component
	shift
	for component; do
		echo "$component=$(cat "$MNT/droplets/$name/components/$component/state")"
	done | paste -sd' '
}
# launch NAME STACK: mkdir and a spec with that stack; does not wait.
launch() {
	mkdir "$MNT/droplets/$1" && printf '%s\nstack = %s\n' "$SPEC" "$2" >"$MNT/droplets/$1/spec"
}
