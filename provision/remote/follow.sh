#!/bin/sh
# Prints the journal of installs from byte OFFSET, then what is appended as it comes. Lives as /var/lib/docloud/follow.
#
#	follow OFFSET          ends once the last run's `done` was printed; a run that the host's restart cut off is
#	                       ended first (see runner), so this never waits for something that will not come
#	follow OFFSET once     ends at once
#
# It sleeps 0.1 s between looks at the file, and asks systemd once a second whether the run is still active.

set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
state=/var/lib/docloud
events=$state/events

over() {
	case $(awk '$2 == "-" && ($3 == "run" || $3 == "done") { last = $3 } END { print last }' "$events") in
	run) return 1 ;;
	esac
	return 0
}

# No answer, as while systemd itself is being upgraded, is none that it has ended.
active() {
	case $(systemctl show -p ActiveState docloud-stack.service 2>/dev/null) in
	ActiveState=inactive | ActiveState=failed) return 1 ;;
	esac
	return 0
}

# Prints what was appended since the last call. Descriptor 3 remembers where that was. The end may be in the middle of a
# line: a write that crosses a page can be seen half done.
print_new() {
	while IFS= read -r line; do
		printf '%s\n' "$line" || exit 1
		whole=$part$line part=
		case ${whole#* } in
		'- run '*) ended= ;;
		'- done '*) ended=yes ;;
		esac
	done <&3
	[ -z "$line" ] || printf '%s' "$line" || exit 1
	part=$part$line
}

[ -e "$events" ] || exit 0
exec 3<"$events"
ended=
part=
! over || ended=yes
tail -c "+$((${1:-0} + 1))" <&3 || exit 1
[ "${2-}" != once ] || exit 0

looks=0
while :; do
	print_new
	[ -z "$ended" ] || exit 0
	if [ $((looks % 10)) -eq 9 ] && ! active && /bin/sh "$state/runner" repair; then
		print_new
		exit 0
	fi
	looks=$((looks + 1))
	sleep 0.1
done
