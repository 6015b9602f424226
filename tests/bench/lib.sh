# shellcheck shell=bash
# What the benchmarks share, beyond tests/lib.sh. To be sourced in its place.
#
# A benchmark runs docloud beside what it is compared with, in turns, so that whatever else the machine does falls on both
# alike, and prints rows of the table that tests/bench/run makes: what was done, the median, what it may be, and how it came about.
# HOSTS=1, set before sourcing, is for those that need real hosts. DROPLETS and ROUNDS, where a benchmark uses them, may be set to try it on less. hyperfine times the commands.
LIMIT=${LIMIT:-3600}
# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../${HOSTS:+hosts/}lib.sh"
require fuse hyperfine
DROPLETS=${DROPLETS:-10000} ROUNDS=${ROUNDS:-5}
unset MALLOC_PERTURB_ # which test runners set: it is no part of docloud

machine() {
	echo "$(nproc) cores, Linux $(uname -r | cut -d- -f1), $(. /etc/os-release && echo "${PRETTY_NAME% (*}"), load $(cut -d' ' -f1 /proc/loadavg)"
}

# row WHAT SEEN AT-MOST DETAIL
row() {
	echo "| $1 | $2 | $3 | $4 |"
}
median() {
	sort -g | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}
# percentile N: of the numbers on standard input.
percentile() {
	sort -g | awk -v n="$1" '{ value[NR] = $1 } END { print value[int((NR - 1) * n / 100) + 1] }'
}
# round_to PLACES NUMBER
round_to() {
	printf '%.*f' "$1" "$2"
}

# seconds COMMAND: sets `took` to what one run of it took. No shell is in between; it must succeed.
seconds() {
	hyperfine -N --style none -r 1 --export-json "$WORK/run" "$1" >>"$WORK/hyperfine.log" 2>&1 ||
		bail "failed: $1: $(tail -n 3 "$WORK/hyperfine.log")"
	took=$(jq '.results[0].times[0]' "$WORK/run")
}

# versus WHAT AT-MOST OURS THEIRS [BEFORE]: commands in turns, BEFORE (a function) ahead of each turn; a row with the
# median of the ratios of each turn.
versus() {
	local what=$1 aim=$2 ours=$3 theirs=$4 before=${5:-true} turn
	: >"$WORK/turns"
	for ((turn = 0; turn < ROUNDS; turn++)); do
		$before
		seconds "$ours" && echo -n "$took " >>"$WORK/turns"
		seconds "$theirs" && echo "$took" >>"$WORK/turns"
	done
	row "$what" "$(round_to 2 "$(awk '{ print $1 / $2 }' "$WORK/turns" | median)")" "$aim" \
		"$(round_to 2 "$(cut -d' ' -f1 "$WORK/turns" | median)") s against $(round_to 2 "$(cut -d' ' -f2 "$WORK/turns" | median)") s"
}

# known: every listing is in docloud's memory, and the kernel has been told nothing.
known() {
	local kind
	for kind in "$MNT"/*/; do within 60 known_is_absent "$kind/none"; done
}
known_is_absent() {
	! stat "$1" 2>"$WORK/stat" && grep -q 'No such file' "$WORK/stat"
}
# remount [OPTIONS]
remount() {
	[ -z "$DOCLOUD_PID" ] || leave
	cloud "$@"
}
# requests: that the API has had since the last time.
requests() {
	api GET /sandbox/requests | jq .total
	api DELETE /sandbox/requests >/dev/null
}
# metric NAME
metric() {
	awk -v name="docloud_$1" '$1 == name { print $2 }' "$MNT/metrics"
}
# curl_config PATH: what `curl -K` needs to fetch it from the sandbox; [1-9] in it are several.
curl_config() {
	printf '%s\n' silent show-error fail "header = \"Authorization: Bearer $TOKEN\"" "url = \"$API$1\"" 'output = "/dev/null"' >"$WORK/curl"
}
# refresh_droplets: have the listing read anew, and wait for it.
refresh_droplets() {
	local before
	before=$(metric 'refreshes_total{kind="droplets"}')
	touch "$MNT/droplets"
	within 120 refreshed_since "$before" || bail 'the refresh does not end'
}
refreshed_since() {
	[ "$(metric 'refreshes_total{kind="droplets"}')" -gt "$1" ]
}
