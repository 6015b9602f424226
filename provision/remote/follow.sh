#!/bin/sh
# Prints the journal of installs from byte OFFSET, then what is appended as it comes. Lives as /var/lib/docloud/follow.
#
#	follow OFFSET          ends once the last run's `done` was printed; a run that the host's restart cut off is
#	                       ended first (see runner), so this never waits for something that will not come
#	follow OFFSET once     ends at once
#
# tail does the waiting: it looks at the file ten times a second, and ends when the run's own process has ended. A loop would
# start a process to sleep between each two looks.

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

[ -e "$events" ] || exit 0
# Whoever reads from descriptor 3 goes on where the one before it stopped.
exec 3<"$events"
from=+$((${1:-0} + 1))

until [ "${2-}" = once ] || over; do
	pid=$(systemctl show -p MainPID --value docloud-stack.service 2>/dev/null)
	case $pid in
	'') sleep 1 ;; # no answer, as while systemd itself is being upgraded
	0) /bin/sh "$state/runner" repair || sleep 1 ;;
	*)
		tail -s 0.1 -f --pid="$pid" -c "$from" <&3 || exit 1
		from=+1
		;;
	esac
done
tail -c "$from" <&3
