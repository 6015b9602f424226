# shellcheck shell=bash
# What the tests over a mount share: a sandbox of its own and a mount of it for each test, checks that speak TAP, and an
# end that takes away exactly what the test started. A test sources this, calls its checks, and ends with `finish`.
#
# DOCLOUD and DOCLOUD_SANDBOX name the programs under test (they may be commands with arguments); LIMIT, set before
# sourcing, is the number of seconds the whole test may take. What a failing test wrote stays in $WORK.

set -u -o pipefail
shopt -s lastpipe # so that `… | check` counts in this shell
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# `timeout` ends the whole process group, so that a command that hangs in the mount ends too.
if [ -z "${DOCLOUD_TEST_BOUNDED:-}" ]; then
	DOCLOUD_TEST_BOUNDED=1 exec timeout -k 30 "$((${LIMIT:-600} * ${SLOWER:-1}))" "$0" "$@"
fi
unset DOCLOUD_TEST_BOUNDED # tests that start tests
unset DIGITALOCEAN_ACCESS_TOKEN DIGITALOCEAN_TOKEN DOCLOUD_CRASH

. "$tests/setup.sh"
read -ra docloud <<<"${DOCLOUD:-$(built "$top/build" docloud)}"
read -ra docloud_sandbox <<<"${DOCLOUD_SANDBOX:-$(built "$top/build" docloud-sandbox)}"
TEST=$(basename "$0")
WORK=$(mktemp -d "${TMPDIR:-/tmp}/docloud-$TEST.XXXXXX")
MNT=$WORK/mnt
DOCLOUD_PID='' SANDBOX_PID='' API='' TOKEN=''
checks=0 failures=0
# Debian's own programs first, as installed by tests/run: what shims stand in front of them elsewhere can take a second each.
export LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH:$top/build/tests WORK MNT SPEC
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=exitcode=66:second_deadlock_stack=1
: >"$WORK/docloud.log"
trap cleanup EXIT
trap 'bail "ended by a signal or its time limit"' TERM INT HUP

# A specification that is right, for droplets that only have to exist.
SPEC='region = sgp1
size = s-1vcpu-2gb
image = debian-12-x64'

### checks

# pass DESCRIPTION / fail DESCRIPTION [LINES OF DETAIL]
pass() {
	checks=$((checks + 1))
	echo "ok $checks - $1"
}
fail() {
	checks=$((checks + 1)) failures=$((failures + 1))
	echo "not ok $checks - $1"
	# To stderr, which meson shows of a test that failed.
	printf '%s\n' "$1" "${2:-}" "logs: $WORK" | head -c 3000 | sed '1s/^/# failed: /; 1!s/^/#   /' >&2
}
skip() {
	checks=$((checks + 1))
	echo "ok $checks # SKIP $1"
}

# is DESCRIPTION SEEN EXPECTED
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected: $3"$'\n'"seen:     $2"; fi
}

# like DESCRIPTION SEEN EXTENDED-REGEX (without regard to case)
like() {
	if grep -qiE -e "$3" <<<"$2"; then pass "$1"; else fail "$1" "expected a match of: $3"$'\n'"seen:     $2"; fi
}

# ok DESCRIPTION COMMAND…: it succeeds. quiet: and says nothing on stderr.
ok() {
	local description=$1 said status=0
	shift
	said=$("$@" 2>&1 >"$WORK/stdout") || status=$?
	[ "$status${quiet:+$said}" = 0 ] && { pass "$description"; return 0; }
	fail "$description" "command:  $*
expected: success${quiet:+ and silence}
seen:     status $status: $(head -n 5 <<<"$said") $(tail -n 5 "$WORK/stdout")"
}
quiet() {
	local quiet=1
	ok "$@"
}

declare -A errno_text=(
	[EINVAL]='Invalid argument' [ENOENT]='No such file or directory' [EEXIST]='File exists' [EPERM]='Operation not permitted'
	[EROFS]='Read-only file system' [EACCES]='Permission denied' [EDQUOT]='Disk quota exceeded' [EBUSY]='Device or resource busy'
	[EAGAIN]='Resource temporarily unavailable' [ETIMEDOUT]='Connection timed out' [EHOSTUNREACH]='No route to host'
	[EHOSTDOWN]='Host is down'
	[EKEYREJECTED]='Key was rejected by service' [EIO]='Input/output error' [ENOTEMPTY]='Directory not empty' [EFBIG]='File too large')

# fails_with ERRNO DESCRIPTION COMMAND…: it fails, and says so in the words of that errno.
fails_with() {
	local errno=$1 description=$2 said status=0
	shift 2
	said=$("$@" 2>&1) || status=$?
	if [ $status -ne 0 ] && grep -qF -e "${errno_text[$errno]}" -e "$errno" <<<"$said"; then
		pass "$description"
	else
		fail "$description" "command:  $*
expected: $errno (${errno_text[$errno]})
seen:     status $status: $said"
	fi
}

# pause SECONDS: a sleep that starts no process, which here costs as much as what is polled for. The pipe stays empty.
exec {silent}<> <(:)
pause() {
	read -rt "$1" -u "$silent" || true
}

# within SECONDS COMMAND…: poll until it succeeds. eventually SECONDS DESCRIPTION COMMAND…: the same as a check.
within() {
	local end=$((${EPOCHREALTIME//[.,]/} + $1 * ${SLOWER:-1} * 1000000))
	shift
	until "$@" >"$WORK/stdout" 2>"$WORK/stderr"; do
		[ "${EPOCHREALTIME//[.,]/}" -lt $end ] || return 1
		pause 0.05
	done
}
eventually() {
	local seconds=$1 description=$2
	shift 2
	within "$seconds" "$@" && { pass "$description"; return 0; }
	fail "$description" "command:  $*
expected: success within $seconds s
seen:     $(tail -q -n 5 "$WORK/stdout" "$WORK/stderr")"
}

# require WHAT…: what this machine must have; without it the whole test is skipped.
require() {
	local what lack=''
	for what; do
		case $what in
		root) [ "$(id -u)" -eq 0 ] || lack="root" ;;
		fuse) [ -r /dev/fuse ] && [ -w /dev/fuse ] || lack="/dev/fuse" ;;
		*) command -v "$what" >/dev/null || lack="$what" ;;
		esac
		[ -z "$lack" ] || { finished=1; echo "1..0 # SKIP needs $lack"; exit 0; }
	done
}

### the sandbox

# sandbox [FLAG…]: start one with a token of its own; sets API and TOKEN.
sandbox() {
	[ -n "$TOKEN" ] || TOKEN=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
	(umask 077 && echo "$TOKEN" >"$WORK/token")
	: >"$WORK/sandbox.out" # here, not in the background: it may hold the words of one before
	"${docloud_sandbox[@]}" --listen=127.0.0.1:0 --token="$TOKEN" --boot-seconds=0 --rate-limit=off --hosts=none \
		--state="$WORK/cloud" "$@" >"$WORK/sandbox.out" 2>>"$WORK/sandbox.log" &
	SANDBOX_PID=$!
	within "${SANDBOX_START:-20}" settled "$SANDBOX_PID" sandbox_listens
	sandbox_listens || bail "docloud-sandbox did not start: $(tail -n 3 "$WORK/sandbox.log")"
	API=$(sed -n 's/^docloud-sandbox: listening on //p' "$WORK/sandbox.out")
}
# settled PID COMMAND…: the process is gone, or the command succeeds.
settled() {
	! kill -0 "$1" 2>/dev/null || "${@:2}"
}
sandbox_listens() {
	grep -q '^docloud-sandbox: listening on ' "$WORK/sandbox.out"
}

# api METHOD PATH [BODY]: what another client of the account does. Fails on an HTTP error.
api() {
	curl -sS -f -m 20 -X "$1" -H "Authorization: Bearer $TOKEN" -H 'X-Observer: true' -H 'Content-Type: application/json' ${3:+-d "$3"} "$API$2"
}
# faults [JSON OBJECT…]: the sandbox's faults from now on; none without arguments.
faults() {
	local IFS=,
	api PUT /sandbox/faults "[$*]" >/dev/null
}
# count_named NAME: how many droplets of that name the API has.
count_named() {
	api GET '/v2/droplets?per_page=200' | jq --arg name "$1" '[.droplets[] | select(.name == $name)] | length'
}
# exist N NAME: the API has N droplets of that name.
exist() {
	[ "$(count_named "$2")" = "$1" ]
}

### the mount

# cloud [OPTIONS]: mount the sandbox on $MNT and wait until it answers. docloud stays in the foreground, so that its
# pid is known and its exit status is seen.
cloud() {
	mkdir -p "$MNT"
	"${docloud[@]}" -f -o "api_url=$API,token_file=$WORK/token,state_dir=$WORK/state,components_dir=$WORK/components${1:+,$1}" \
		"$MNT" >>"$WORK/docloud.log" 2>&1 &
	DOCLOUD_PID=$!
	within 20 settled "$DOCLOUD_PID" mount_answers
	mount_answers || bail "the mount does not answer: $(tail -n 3 "$WORK/docloud.log")"
}
mount_answers() {
	mountpoint -q "$MNT" && [ -e "$MNT/README" ]
}

# leave: unmount; docloud must end, and well.
leave() {
	local status=0
	cd / || return
	fusermount3 -u "$MNT" 2>/dev/null || umount "$MNT" || umount -l "$MNT"
	if ! timeout $((30 * ${SLOWER:-1})) tail --pid="$DOCLOUD_PID" -s 0.05 -f /dev/null; then
		fail 'docloud ends after the unmount' "it runs on; it is killed now$(printf '\n'; whereabouts "$DOCLOUD_PID")"
		kill -9 "$DOCLOUD_PID"
	fi
	{ wait "$DOCLOUD_PID"; } 2>/dev/null || status=$?
	DOCLOUD_PID=''
	[ $status -eq 0 ] || fail 'docloud ends well after the unmount' "status $status"$'\n'"$(tail -n 40 "$WORK/docloud.log")"
}

# whereabouts PID: what each of its threads waits in, and who still has the mount in a namespace of its own.
whereabouts() {
	grep -lF " $MNT " /proc/[0-9]*/mountinfo 2>/dev/null | sed 's/$/ has the mount/'
	if command -v gdb >/dev/null; then
		timeout 30 gdb -p "$1" -batch -ex 'thread apply all bt 12' 2>/dev/null | grep -E '^(Thread|#)'
	else
		local task
		for task in /proc/"$1"/task/*; do echo "${task##*/} $(cat "$task/comm" "$task/wchan" "$task/syscall" 2>/dev/null | tr '\n' ' ')"; done
	fi
}

# crash: kill -9, as a power cut would end it, and take the dead mount away.
crash() {
	[ -z "${1:-}" ] && kill -9 "$DOCLOUD_PID" 2>/dev/null
	{ wait "$DOCLOUD_PID"; } 2>/dev/null
	DOCLOUD_PID=''
	umount -l "$MNT" 2>/dev/null || fusermount3 -uz "$MNT"
}

# private: KiB of pages that are docloud's alone, those of libraries' files not counted.
private() {
	awk '/^[0-9a-f]+-/ { library = ($6 ~ /\.so/) }
		/^Private_Dirty:/ && !library { sum += $2 }
		END { print sum }' "/proc/$DOCLOUD_PID/smaps"
}
now() {
	echo $((${EPOCHREALTIME//[.,]/} / 1000))
}

# make NAME [LINES]: a droplet by mkdir and a spec, and wait until the API has it.
make() {
	mkdir "$MNT/droplets/$1" && printf '%s\n' "$SPEC" "${2:-}" >"$MNT/droplets/$1/spec" && sync "$MNT/droplets/$1/spec"
}

### the end

# end PID: what we started, gently first.
end() {
	[ -n "$1" ] || return 0
	kill "$1" 2>/dev/null
	timeout 30 tail --pid="$1" -s 0.05 -f /dev/null
	kill -9 "$1" 2>/dev/null
	{ wait "$1"; } 2>/dev/null
}
cleanup() {
	trap - EXIT TERM INT HUP
	cd / || exit 1
	{ fusermount3 -u "$MNT" || umount "$MNT" || umount -l "$MNT"; } >/dev/null 2>&1
	end "$DOCLOUD_PID"
	end "$SANDBOX_PID"
	if [ -n "${finished:-}" ] && [ $failures -eq 0 ] && [ -z "${KEEP:-}" ]; then rm -rf --one-file-system "$WORK"; fi
}
bail() {
	echo "Bail out! $TEST: $* (logs: $WORK)"
	echo "# $TEST: $* (logs: $WORK)" >&2
	exit 1
}

# In the directory that $OPERATIONS names, if it does: what of the API the mount has reached, for mount/operations.
note_operations() {
	[ -n "${OPERATIONS:-}" ] && [ -n "$API" ] || return 0
	mkdir -p "$OPERATIONS" && api GET /sandbox/operations >"$WORK/operations" 2>/dev/null && mv "$WORK/operations" "$OPERATIONS/$TEST"
}

# finish: the last word of a test. Unmounts, looks for what sanitizers said, prints the plan.
finish() {
	note_operations
	[ -z "$DOCLOUD_PID" ] || leave
	local found
	found=$(grep -hE -A 12 'runtime error:|(ERROR|WARNING): [A-Za-z]+Sanitizer|^==[0-9]+== .*(Invalid|uninitialised)' "$WORK"/*.log | head -n 60)
	[ -z "$found" ] || fail 'no sanitizer has anything to say' "$found"
	finished=1
	echo "1..$checks"
	[ $failures -eq 0 ]
	exit
}
