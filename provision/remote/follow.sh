#!/bin/sh
# Prints the journal of installs from byte OFFSET, then what is appended as it comes. Lives as /var/lib/docloud/follow.
#
#	follow OFFSET          ends once the last run's `done` was printed; a run that the host's restart cut off is
#	                       ended first (see runner), so this never waits for something that will not come
#	follow OFFSET once     ends at once
#
# Two tails do the waiting, as a loop would start a process to sleep between each two looks: one reads the journal, which it
# looks at twenty times a second, until the watch has ended; the watch is a shell whose tail waits for the end of the run's own
# process. Only one reads, and by the journal's name: Ubuntu's tail (uutils) opens even its standard input anew, so that
# whoever reads after it from the same descriptor would begin at the beginning. By its path, since a busybox that is the
# shell would take its own tail, which waits for no process.

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

# watch READER: returns when the last run is over, or nobody reads any more. What waits here writes to a pipe that the reader
# has the other end of, which GNU's tail looks at, too: it does not stay when a connection was cut off.
watch() {
	until over || ! kill -0 "$1" 2>/dev/null; do
		pid=$(systemctl show -p MainPID --value docloud-stack.service 2>/dev/null)
		case $pid in
		'') sleep 1 ;; # no answer, as while systemd itself is being upgraded
		0) /bin/sh "$state/runner" repair || sleep 1 ;;
		*)
			/usr/bin/tail -s 0.05 -f --pid="$pid" /dev/null
			! kill -0 "$pid" 2>/dev/null || sleep 1 # a tail that did not wait
			;;
		esac
	done
}

[ -e "$events" ] || exit 0
from=+$((${1:-0} + 1))
if [ "${2-}" = once ] || over; then
	exec /usr/bin/tail -c "$from" "$events"
fi
# The watch is nobody's child, or it would be there as a zombie after its end.
{ watch $$ & echo $!; } | {
	read -r watch
	exec /usr/bin/tail -s 0.05 -f --pid="$watch" -c "$from" "$events"
}
