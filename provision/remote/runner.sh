#!/bin/sh
# Installs a stack on the droplet. Lives as /var/lib/docloud/runner.
#
#	runner start DIR       moves the files staged in DIR into place and starts the run as docloud-stack.service;
#	                       exit 75 and nothing touched when a run is under way, 1 where there is no systemd
#	runner run             what that unit executes: every component of the plan as docloud-NAME.service
#	runner component NAME  what such a unit executes: the component's script with its parameters, then its checks
#	runner drift NAME      prints what is not any more as that left it
#	runner repair          ends a run in the journal that the host's restart cut off; exit 1 while a run is active
#
# All that happens is a line of /var/lib/docloud/events, `TIME NAME KEY VALUE`, only ever appended to. Whoever wants to
# know reads that: the connection that started a run may be long gone. Records are at most 4096 bytes and written by one
# write() each, so a reader never sees half a line. Only one process appends at any time: the run, its log reader while
# a component is installing, or start and repair, which hold the lock and have seen that no run is active.
#
# results/NAME/ is what came of a component last: status, version, output, reason, seconds, what it left behind (see
# prelude); and `key`, written last of all, which says that this very script with these parameters is installed.
#
# wanted/NAME.sh and wanted/NAME.env are the script and the parameters of the last time that it was installed. A component
# that nobody wrote, but another one requires, stays with them.
#
# A disk that is full must not keep the end of a run from being told: `reserve` is room for that, given up when a write
# fails, and no log line is written without it. What was written of a record then may be half a line, which must not take
# in the next one: that may have a secret, and a log has none. So the line is ended, and where there was no room even for
# that, the next record begins with its end. Readers pass over empty lines.

set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

state=/var/lib/docloud
events=$state/events
unit=docloud-stack.service
max_value=4000
max_lines=10000
max_bytes=1048576
max_outputs=100

# --- the journal

# Processes are what an install costs, beyond its packages: a shell's own `read` and tests come first here. So /proc/uptime is
# read where date would be one; that is asked once, for the difference of the two.
uptime_ms() {
	read -r up rest </proc/uptime
	ms=$((${up%.*} * 1000 + (1${up#*.} - 100) * 10))
}

clock_set() {
	epoch=$(date +%s%N)
	case $epoch in
	*[!0-9]* | '') epoch=$(date +%s)000 ;;
	???????????????????*) epoch=${epoch%??????} ;;
	*) epoch=${epoch}000 ;;
	esac
	uptime_ms
	clock_offset=$((epoch - ms))
}

# For whoever writes into it: what ends a line that is redrawn, and what else does not belong into one. One process for all.
journal_begin() {
	control=$(printf '\r\033\001-\010\013-\037\177')
	return=${control%"${control#?}"}
	control=${control#?}
	escape=${control%"${control#?}"}
	clock_set
}

# record NAME KEY VALUE
record() {
	[ "$2" != log ] || [ -e "$state/reserve" ] || return 0
	uptime_ms
	ms=$((clock_offset + ms))
	fraction=$((ms % 1000 + 1000))
	entry="$((ms / 1000)).${fraction#1} $1 $2 $3"
	if [ -e "$state/reserve" ]; then
		printf '%s\n' "$entry" 2>/dev/null >>"$events" && return
		rm -f "$state/reserve"
	fi
	if [ "$2" = log ]; then printf '\n' >>"$events"; else printf '\n%s\n' "$entry" >>"$events"; fi
}

# first FILE: sets $text to its first line, "" without one
first() {
	text=
	[ ! -e "$1" ] || IFS= read -r text <"$1" || :
}

# keep FILE TEXT
keep() {
	printf '%s\n' "$2" 2>/dev/null >"$1" && return
	rm -f "$state/reserve"
	printf '%s\n' "$2" >"$1"
}

# clean TEXT: sets $text to what may stand in a record: of a line redrawn with carriage returns the last state, without
# colours and control characters, of bounded length. Forks for odd lines only.
clean() {
	text=${1%"$return"}
	text=${text##*"$return"}
	case $text in
	*[$control]*)
		text=$(printf '%s\n' "$text" | sed "s/$escape\\[[0-9;?]*[A-Za-z]//g" | tr -d '\001-\010\013-\037\177')
		;;
	esac
	if [ ${#text} -gt $max_value ]; then
		text=$(printf '%s\n' "$text" | cut -b "1-$max_value")
	fi
}

# say NAME KEY VALUE: a record of foreign text
say() {
	clean "$3"
	record "$1" "$2" "$text"
}

# A line without an end must not fill the memory of the shell that reads it. For a pipe: it is the last thing that is run.
# Ubuntu's cut (uutils) does not heed stdbuf, but it has GNU's, too.
bound_lines() {
	cut="cut"
	! command -v gnucut >/dev/null || cut=gnucut
	! command -v stdbuf >/dev/null || exec stdbuf -oL $cut -b 1-8192
	exec cat
}

# log_lines NAME: records stdin's lines up to the limit, and prints how many.
log_lines() {
	lines=0 bytes=0
	while IFS= read -r line || [ -n "$line" ]; do
		clean "$line"
		bytes=$((bytes + ${#text} + 1))
		if [ $lines -eq $max_lines ] || [ $bytes -gt $max_bytes ]; then break; fi
		record "$1" log "$text"
		lines=$((lines + 1))
	done
	echo $lines
}

# log_output NAME: records what comes on stdin. Beyond the limit, and with a gigabyte as quickly as that can be read, its
# lines are only counted. The last one that is not empty goes to results/NAME/last. Ubuntu's tail (uutils) opens its standard
# input anew, which would be for ever when the one who writes is gone by then: so it gets a name. The one that reads all is
# told by its pid to whoever waits for its end at the other end of results/NAME/reads.
log_output() {
	wc -l <"$results/all" >"$results/lines" &
	tail -c 8192 "$results/end" >"$results/last" &
	recorded=$({
		tee "$results/all" "$results/end" <&3 &
		echo $! >&4
		wait
	} 3<&0 4<>"$results/reads" | {
		bound_lines | log_lines "$1"
		cat >/dev/null
	})
	wait
	first "$results/lines"
	lines=${text:-0} last='' line=''
	while IFS= read -r line; do
		[ -z "$line" ] || last=$line
	done <"$results/last"
	[ -z "$line" ] || last=$line lines=$((lines + 1)) # it has no end
	[ "$lines" -le "$recorded" ] || record "$1" log "[$((lines - recorded)) more lines left out]"
	clean "$last"
	keep "$results/last" "$text"
	rm -f "$results/all" "$results/end" "$results/reads" "$results/lines"
}

# end_output DEADLINE: for the one that has written to log_output, with its results/NAME/reads as descriptor 4. A process
# that left the component's unit may have its output, too, and for ever: the reader, which usually sees the end at once, is
# ended when the journal has not grown for two seconds, or grows for longer than the component itself may take.
end_output() {
	exec >/dev/null 2>&1
	read -r reader <&4
	size='' looks=$((($1 + 60) / 2))
	until timeout 2 cat <&4; do
		was=$size looks=$((looks - 1))
		size=$(stat -c %s "$events")
		if [ "$size" = "$was" ] || [ $looks -eq 0 ]; then
			kill "$reader"
			return
		fi
	done
}

# --- what is under way

# No answer, as while systemd itself is being upgraded, is none that it has ended.
active() {
	case $(systemctl show -p ActiveState "$1" 2>/dev/null) in
	ActiveState=inactive | ActiveState=failed) return 1 ;;
	esac
	return 0
}

lock() {
	exec 9>"$state/lock"
	if ! flock -w 10 9; then
		echo "docloud: another start is under way" >&2
		exit 75
	fi
}

# Names and states of the last run's components in the journal, nothing when it is over. For $().
unfinished() {
	[ -e "$events" ] || return 0
	exec awk '
		$2 == "-" && $3 == "run" { n = 0; over = 0; split("", state); running = 1 }
		$2 == "-" && $3 == "done" { over = 1 }
		$3 == "state" { if (!($2 in state)) name[++n] = $2; state[$2] = $4 }
		END { if (running && !over) { print "-"; for (i = 1; i <= n; i++) print name[i], state[name[i]] } }
	' "$events"
}

# close_run REASON: ends a run that nobody is running any more.
close_run() {
	pending=$(unfinished)
	[ -n "$pending" ] || return 0
	missing=0 culprit=
	while read -r name was; do
		case $was in
		installing)
			record "$name" reason "$1"
			record "$name" state failed
			culprit=$name
			;;
		queued)
			record "$name" reason "$1"
			record "$name" state skipped
			;;
		esac
		case $name/$was in
		-/* | */installed) ;;
		*) missing=$((missing + 1)) ;;
		esac
	done <<-END
		$pending
	END
	[ -z "$culprit" ] || rm -f "$state/results/$culprit/key"
	record - "done" $missing
}

close_interrupted() {
	first "$state/boot"
	boot=$text
	first /proc/sys/kernel/random/boot_id
	if [ "$boot" = "$text" ]; then
		close_run "interrupted: the install was stopped"
	else
		close_run "interrupted: the host was restarted"
	fi
}

# Then whoever looks after the restart finds the run interrupted, and by what. On its way down systemd may not answer; nor
# does it while it is being upgraded, but for less long.
going_down() {
	for look in 1 2 3 4 5; do
		case $(systemctl is-system-running 2>/dev/null) in
		running | degraded | starting | initializing | maintenance) return 1 ;;
		stopping) return 0 ;;
		esac
		[ "$look" = 5 ] || sleep 1
	done
	return 0
}

repair() {
	lock
	! active $unit && ! going_down || exit 1
	close_interrupted
}

# --- start

# outlived: whether a component of a run that was killed has not ended yet; it has ten seconds for that. systemd keeps the
# run's unit for as long as it keeps one that is bound to it, so those that have ended and failed make way here.
outlived() {
	# shellcheck disable=SC2046 # names, one a word
	set -- $(systemctl show -p BoundBy --value $unit 2>/dev/null)
	for bound; do
		! active "$bound" || return 0
	done
	[ $# -eq 0 ] || systemctl reset-failed "$@" 2>/dev/null
	return 1
}

# For $().
begin() {
	exec systemd-run --quiet --no-ask-password --collect --unit=$unit --description="docloud: installs the stack" \
		/bin/sh "$state/runner" run
}

start() {
	incoming=$1
	if ! command -v systemctl >/dev/null || [ ! -d /run/systemd/system ]; then
		echo "docloud: systemd does not run here, and components are installed as its units" >&2
		exit 1
	fi
	lock
	if active $unit || outlived; then
		echo "docloud: an install is already under way on this droplet" >&2
		exit 75
	fi
	close_interrupted
	rm -rf "$state/components"
	set --
	for file in runner follow prelude components stack plan; do
		if [ ! -e "$incoming/$file" ]; then
			echo "docloud: the payload lacks $file" >&2
			exit 1
		fi
		set -- "$@" "$incoming/$file"
	done
	mv -f "$@" "$state" || exit 1
	first /proc/sys/kernel/random/boot_id
	printf '%s\n' "$text" >"$state/boot"
	[ -e "$state/reserve" ] || head -c 262144 /dev/zero >"$state/reserve" || rm -f "$state/reserve"

	read -r word run <"$state/plan"
	record - "$word" "$run"
	while IFS= read -r line || [ -n "$line" ]; do
		say - stack "$line"
	done <"$state/stack"
	while read -r name key rest; do
		[ "$name" != run ] || continue
		record "$name" key "$key"
		record "$name" state queued
	done <"$state/plan"

	# Collected when it fails; one that was not, in whatever way, is in the way of this one.
	message=$(begin 2>&1) || {
		systemctl reset-failed $unit 2>/dev/null
		message=$(begin 2>&1)
	} || {
		clean "$message"
		close_run "the install could not be started: $text"
		printf '%s\n' "$message" >&2
		exit 1
	}
}

# --- run

# same FILE FILE: by the shell, as not every system has cmp
same() {
	[ -e "$1" ] && [ "$(cat "$1")" = "$(cat "$2")" ]
}

# inherit NAME: gives one that nobody wrote what its user wrote the last time. What a new script asks for beyond that has
# its default: of two values for a name the last one counts. Sets $inherited when these are others than the defaults.
inherit() {
	parameters=$state/components/$1.env inherited=
	if [ -e "$state/wanted/$1.env" ] && ! same "$state/wanted/$1.env" "$parameters"; then
		inherited=yes
		cat "$state/wanted/$1.env" >>"$parameters"
	fi
}

# remember NAME INHERITED: for inherit(); parameters that were inherited are there already. Better nothing than the half of
# it that a full disk has room for.
remember() {
	[ -d "$state/wanted" ] || mkdir "$state/wanted"
	if [ -n "$2" ]; then
		cp "$state/components/$1.sh" "$state/wanted"
	else
		cp "$state/components/$1.sh" "$state/components/$1.env" "$state/wanted"
	fi || rm -f "$state/wanted/$1.sh" "$state/wanted/$1.env"
}

# reuse NAME KEY IMPLIED: passes over what is installed already and still as it was left, and says again what came of it, so
# that the journal's last run is whole by itself. Of one that is implied, only the script has to be the same.
reuse() {
	results=$state/results/$1
	[ -e "$results/key" ] || return 1
	first "$results/key"
	if [ "$text" != "$2" ] && ! { [ -n "$3" ] && same "$state/wanted/$1.sh" "$state/components/$1.sh"; }; then
		record "$1" log "its script, version or parameters have changed: it is run again"
		return 1
	fi
	drift=$(timeout 120 /bin/sh "$state/runner" drift "$1" 2>&1 </dev/null) ||
		drift=${drift:-what it left behind cannot be looked at}
	if [ -n "$drift" ]; then
		while IFS= read -r line; do
			say "$1" log "drift: $line"
		done <<-END
			$drift
		END
		record "$1" log "it is run again to repair this"
		return 1
	fi
	record "$1" log "already installed, passed over"
	record_results "$1"
	record "$1" state installed
}

record_results() {
	if [ -s "$results/version" ]; then
		read -r line <"$results/version"
		say "$1" version "$line"
	fi
	count=0
	if [ -e "$results/output" ]; then
		while IFS= read -r line || [ -n "$line" ]; do
			case ${line%%=*} in
			"$line" | '' | *[!A-Za-z0-9_.-]*) continue ;;
			esac
			count=$((count + 1))
			[ $count -gt $max_outputs ] || say "$1" output "$line"
		done <"$results/output"
	fi
	first "$results/status"
	record "$1" exit_status "$text"
	first "$results/seconds"
	record "$1" seconds "$text"
}

# missing NAMES: prints why, when one of the components that are required is not there.
missing() {
	[ "$1" != - ] || return 1
	rest=$1,
	while [ -n "$rest" ]; do
		required=${rest%%,*}
		rest=${rest#*,}
		case $installed/$failed/$skipped in
		*" $required "*/*/*) ;;
		*/*" $required "*/*) reason="needs $required, which failed" && return 0 ;;
		*/*/*" $required "*) reason="needs $required, which was skipped" && return 0 ;;
		*)
			if [ ! -s "$state/results/$required/key" ]; then
				reason="needs $required, which is not installed"
				return 0
			fi
			;;
		esac
	done
	return 1
}

# full_disks: prints which, to go behind a reason
full_disks() {
	df -Pk / /var /var/cache/apt "$state" 2>/dev/null |
		awk 'NR > 1 && $4 < 1024 && !seen[$6]++ { printf "; the disk is full: %s has %d KiB left", $6, $4 }'
}

# install_one NAME KEY DEADLINE INHERITED: true when it is installed.
install_one() {
	results=$state/results/$1
	if [ -e "$results" ]; then
		# The unit of the last time may have stayed, as one that failed.
		systemctl reset-failed "docloud-$1.service" 2>/dev/null
		rm -rf "$results"
	fi
	mkdir -p "$results"
	clock_set
	uptime_ms
	began=$ms
	record "$1" state installing

	# Not collected when it fails: systemd is asked afterwards whether it was the deadline.
	mkfifo "$results/all" "$results/end" "$results/reads"
	{
		systemd-run --quiet --no-ask-password --pipe --wait --unit="docloud-$1.service" \
			--description="docloud: installs $1" -p RuntimeMaxSec="$3" -p TimeoutStopSec=10 \
			-p BindsTo=$unit -p After=$unit -p IgnoreSIGPIPE=no /bin/sh "$state/runner" component "$1" </dev/null 2>&1 4<&-
		end_output "$3"
	} 4<"$results/reads" | log_output "$1"
	first "$results/status"
	status=$text result=
	[ "$status" = 0 ] || result=$(systemctl show -p Result "docloud-$1.service" 2>/dev/null)
	if [ -z "$status" ] && [ "$result" = Result=exit-code ]; then # the disk had no room for it
		status=$(systemctl show -p ExecMainStatus --value "docloud-$1.service" 2>/dev/null)
	fi
	[ "$status" = 0 ] || systemctl reset-failed "docloud-$1.service" 2>/dev/null

	uptime_ms
	ms=$((ms - began))
	fraction=$((ms % 1000 + 1000))
	keep "$results/seconds" "$((ms / 1000)).${fraction#1}"

	[ "$status" = 0 ] || ! going_down || exit 1
	reason=
	if [ "$result" = Result=timeout ] && [ "$status" != 0 ]; then
		reason="took longer than $3 s"
		status=124
		first "$results/last"
		case $text in
		*' lock'* | *' to finish'*) reason="$reason: $text" ;; # apt and dnf name whom they wait for
		esac
	elif [ "$result" = Result=oom-kill ] && [ "$status" != 0 ]; then
		reason="the droplet ran out of memory: take a larger size, or add swap, then write stack again"
		status=137
	elif [ -z "$status" ] && [ ! -e "$results/output" ]; then # which it begins with
		status=1
		first "$results/last"
		reason="did not start${text:+: $text}"
	elif [ -z "$status" ]; then
		reason="was killed"
		status=143
	elif [ "$status" != 0 ]; then
		reason=$(tr '\n' ' ' <"$results/reason" 2>/dev/null)
		reason=${reason% }
		first "$results/last"
		[ -n "$reason" ] || reason="exit status $status${text:+: $text}"
	fi
	keep "$results/status" "$status"
	record_results "$1"
	[ -z "$reason" ] || reason=$reason$(full_disks)
	if [ -n "$reason" ]; then
		say "$1" reason "$reason"
		record "$1" state failed
		return 1
	fi
	[ ! -e "$state/pending" ] || rm -f "$state/pending/$1" "$state/pending/$1.changed"
	remember "$1" "$4"
	# The plan's key is that of the defaults, which these are not: whoever writes them gets them.
	[ -z "$4" ] || set -- "$1" inherited
	keep "$results/key" "$2"
	record "$1" state installed
}

run() {
	installed=' ' failed=' ' skipped=' ' absent=0
	while read -r name key requires deadline implied <&3; do
		[ "$name" != run ] || continue
		inherited=
		[ -z "$implied" ] || inherit "$name"
		if missing "$requires"; then
			record "$name" reason "$reason"
			record "$name" state skipped
			skipped="$skipped$name "
			absent=$((absent + 1))
		elif reuse "$name" "$key" "$implied" || install_one "$name" "$key" "$deadline" "$inherited"; then
			installed="$installed$name "
		else
			failed="$failed$name "
			absent=$((absent + 1))
		fi
	done 3<"$state/plan"
	record - "done" $absent
}

# --- component

# environment NAME: what a component's script and checks find there, but for the parameters
environment() {
	results=$state/results/$1
	script=$state/components/$1.sh
	HOME=/root
	LANG=C.UTF-8
	unset LC_ALL
	DOCLOUD_NAME=$1
	DOCLOUD_STATE=$state
	DOCLOUD_PRELUDE=$state/prelude
	DOCLOUD_ENV=$state/components/$1.env
	DOCLOUD_OUTPUT=$results/output
	DOCLOUD_VERSION=$results/version
	DOCLOUD_REASON=$results/reason
	DOCLOUD_LEFT=$results/left
	export HOME LANG DOCLOUD_NAME DOCLOUD_STATE DOCLOUD_PRELUDE DOCLOUD_ENV DOCLOUD_OUTPUT DOCLOUD_VERSION DOCLOUD_REASON \
		DOCLOUD_LEFT
}

# with_parameters COMMAND...: they go there from a file and not by a command line, which everyone can read.
with_parameters() (
	umask 022
	set -a
	# shellcheck source=/dev/null
	. "$DOCLOUD_ENV"
	set +a
	cd / || exit 1
	exec "$@"
)

# unspaced TEXT: sets $text to it without the space at its beginning
unspaced() {
	text=${1#"${1%%[![:space:]]*}"}
}

# failing: prints the first check of the script's header that fails, after a while: what was just started may need it.
failing() {
	while IFS= read -r line || [ -n "$line" ]; do
		[ "$line" != "${line#'#'}" ] || break
		unspaced "${line#'#'}"
		[ "$text" != "${text#check:}" ] || continue
		unspaced "${text#check:}"
		check=$text
		looks=0
		until said=$(with_parameters /bin/sh -c "$check" 2>&1 </dev/null); do
			looks=$((looks + 1))
			if [ $looks -eq 6 ]; then
				[ -z "$said" ] || printf '%s\n' "$said" >&2
				printf '%s\n' "$check"
				exit
			fi
			sleep 0.5
		done
	done <"$script"
}

component() {
	environment "$1"
	for file in "$DOCLOUD_OUTPUT" "$DOCLOUD_VERSION" "$DOCLOUD_REASON" "$DOCLOUD_LEFT"; do : >"$file"; done
	read -r shebang <"$script"
	case $shebang in
	'#!/bin/sh' | '#!/bin/sh '*) # works where /var is mounted noexec
		# shellcheck disable=SC2086 # its options: -e
		with_parameters /bin/sh ${shebang#'#!/bin/sh'} "$script"
		;;
	*) chmod 0700 "$script" && with_parameters "$script" ;;
	esac
	status=$?
	if [ $status -eq 0 ]; then
		check=$(failing)
		if [ -n "$check" ]; then
			keep "$DOCLOUD_REASON" "the script ended without an error, but its check fails: $check"
			status=1
		fi
	fi
	keep "$results/status" $status
	exit $status
}

drift() {
	environment "$1"
	DOCLOUD_OUTPUT='' DOCLOUD_VERSION='' DOCLOUD_REASON=''
	# shellcheck disable=SC2016 # for that shell
	[ ! -e "$DOCLOUD_LEFT" ] || DOCLOUD_ENV='' /bin/sh -c '. "$DOCLOUD_PRELUDE"; drift'
	check=$(failing 2>/dev/null)
	[ -z "$check" ] || printf 'its check fails: %s\n' "$check"
}

case ${1-} in
start) journal_begin && start "$2" ;;
run) journal_begin && run ;;
component) component "$2" ;;
drift) drift "$2" ;;
repair) journal_begin && repair ;;
*)
	echo "usage: runner start DIR | run | component NAME | drift NAME | repair" >&2
	exit 2
	;;
esac
