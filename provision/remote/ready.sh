#!/bin/sh
# The first thing that runs on a droplet after a login: waits until work can begin. Sent to `sh -s`, leaves nothing.
#
# Prints `stage cloud-init`, `stage packages`, `stage ready` as it gets there, and `warning TEXT` for what a person
# should know. A stage that lasts is printed again every two seconds: whoever gave up waiting has closed the
# connection, and the next line then ends this script. Deadlines are the other side's.

set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

print() {
	printf '%s\n' "$*" || exit 1
}

# wait_until CONDITION STAGE INTERVAL LOOKS: prints the stage again every LOOKS looks.
wait_until() {
	looks=0
	until "$1"; do
		looks=$((looks + 1))
		[ $((looks % $4)) -ne 0 ] || print stage "$2"
		sleep "$3"
	done
}

# --- cloud-init. Its own `status --wait` starts Python and ends with 2 for errors it recovered from; its result file
# is written when the last stage has ended, and lives in /run, so it is of this boot.

result=/run/cloud-init/result.json

cloud_init_over() {
	[ ! -e $result ] || return 0
	[ ! -e /run/cloud-init/disabled ] && [ ! -e /etc/cloud/cloud-init.disabled ] || return 0
	# A boot that is over without a result will not bring one. Costs a process, so not at every look.
	[ $((looks % 10)) -eq 9 ] || return 1
	case $(systemctl is-system-running 2>/dev/null) in
	running | degraded | maintenance)
		[ -e $result ] || print "warning cloud-init: did not run to its end in this boot"
		return 0
		;;
	esac
	return 1
}

print stage cloud-init
if command -v cloud-init >/dev/null || [ -e /run/cloud-init ]; then
	wait_until cloud_init_over cloud-init 0.1 20
	told=
	[ ! -e $result ] || while IFS= read -r line || [ -n "$line" ]; do told=$told$line; done <$result
	case $told in
	'' | *'"errors": []'*) ;;
	*)
		errors=$(tr -d '\000-\037' <$result | sed -n 's/.*"errors": *\[ *\([^]].*\)\].*/\1/p' | cut -b 1-500)
		[ -z "$errors" ] || print "warning cloud-init: $errors"
		;;
	esac
fi

# --- the package manager's locks. They are fcntl locks, listed by inode in /proc/locks; dnf leaves its pid in files.

locks='/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock
	/var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock'
pid_files='/var/run/yum.pid /var/run/dnf.pid /var/cache/dnf/metadata_lock.pid /var/cache/dnf/download_lock.pid
	/var/lib/dnf/rpmdb_lock.pid'

# Sets $holder and $held when one of them is held. A line of /proc/locks: 1: POSIX ADVISORY WRITE 311 fe:01:1234 0 EOF
packages_free() {
	there=
	for held in $locks; do [ ! -e "$held" ] || there="$there $held"; done
	# shellcheck disable=SC2086 # several
	inodes=$([ -z "$there" ] || stat -c '%i %n' $there)
	while read -r _ type _ _ holder place _; do
		[ "$type" = POSIX ] || continue
		while read -r inode held; do
			[ "${place##*:}" != "$inode" ] || return 1
		done <<-END
			$inodes
		END
	done </proc/locks
	for held in $pid_files; do
		[ -e "$held" ] || continue
		read -r holder rest <"$held" || [ -n "$holder" ] || continue
		[ ! -d "/proc/$holder" ] || return 1
	done
	return 0
}

# An install of docloud's that is under way holds them itself: whoever comes after it waits for its end, not for its locks.
print stage packages
if ! packages_free && ! systemctl -q is-active docloud-stack.service; then
	name=$(cat "/proc/$holder/comm" 2>/dev/null)
	print "warning packages: ${name:-a process} (pid $holder) holds $held"
	wait_until packages_free packages 0.2 10
fi

print stage ready
