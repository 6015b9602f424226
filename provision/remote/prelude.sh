# shellcheck shell=sh
# What component scripts share; lives as /var/lib/docloud/prelude and is the first thing they read.
#
# A component is a script NAME.sh that is harmless to run again, with this at its head:
#
#	#!/bin/sh
#	# summary: web server, answers on port 80
#	# requires: php                  names of components that must be installed first; may be empty or left out
#	# after: mysql                   order only, when both are wanted; likewise
#	# param: root=/var/www/html path directory of the pages
#	# deadline: 600                  seconds it may take
#	# check: nc -z localhost 6379    a command that succeeds once it is installed; there may be several
#
# A param line is NAME=DEFAULT TYPE HELP; TYPE is one of text path number size list keys users secret port ports name.
# A script that does without this file finds its parameters in its environment, and writes key=value lines to the file
# $DOCLOUD_OUTPUT, its version to $DOCLOUD_VERSION, why it failed to $DOCLOUD_REASON. One that reads it gets what
# follows; what it leaves behind by the functions with a * is written down, and looked at when the stack is written again:
# an installed component is passed over only while its packages, files and services are as it left them, and its checks
# succeed.
#
#	say TEXT                        a line for the log
#	fail SENTENCE                   ends the component; the sentence is its `reason`
#	output KEY VALUE                hands a value back, shown to the mount's owner alone
#	version_is VERSION              what is installed
#	package_install WORD... *       installs what is missing. WORD is NAME or NAME=VERSION, with apt: or dnf: before it
#	                                for that family only. An empty VERSION is any; another one is held against upgrades
#	installed_version PACKAGE       prints it; false when it is not installed
#	write_config PATH MODE <TEXT *  whole, atomically, and only when it differs. What others wrote there is kept in
#	                                /var/lib/docloud/kept/PATH, later ones in PATH.2 and so on
#	remove_config PATH *            likewise
#	service_enable UNIT *           runs now and at boot
#	service_apply reload|restart UNIT   only when a configuration was changed since the last apply
#	due                             whether service_apply would act
#	secret NAME                     prints a password made on this droplet, the same in every run
#	sshd_settings NAME <TEXT        lines of sshd_config that win over others, checked before they count
#	firewall_allow NAME <RULES      nftables rules of the input chain, in force once `admin` is installed
#	nginx_apply                     service_apply for nginx, until what answers is the new configuration
#	nginx_php                       hands .php to php-fpm, when both are there
#	nginx_munin, nginx_awstats      likewise for munin's graphs under /munin/ and awstats' pages under /awstats/
#	nginx_follow                    nginx_apply where nginx runs; where it does not, it reads all when it starts
#	php_unit, php_ini               print the unit of php-fpm and the directory of its settings; false without php-fpm
#	php_package EXTENSION           prints the package that has it
#	php_with EXTENSION              gives it to php-fpm, when that is there
#	package_available PACKAGE       whether the package archive of this system has it
#	memory_at_most MEGABYTES        fails when this droplet has no such memory
#
# The parameters are shell variables, but not exported ones: package scripts must not take a `root` or a `version` of
# ours for their own, and no password stands in the environment of what they start. No parameter's name begins with _,
# as those of the variables here do: the parameters are left as they are.
#
# A component may be interrupted anywhere, also between a changed file and the restart that makes it count. So the first
# change leaves a mark, which the runner takes away when the component is installed; while there is one from an earlier
# run, every service_apply acts.

set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
: "${DOCLOUD_STATE:=/var/lib/docloud}" "${DOCLOUD_NAME:=$(basename "$0" .sh)}"
: "${DOCLOUD_OUTPUT:=/dev/null}" "${DOCLOUD_VERSION:=/dev/null}" "${DOCLOUD_REASON:=/dev/null}"
: "${DOCLOUD_LEFT:=/dev/null}"
umask 022
unset LC_ALL
LANG=C.UTF-8
DEBIAN_FRONTEND=noninteractive
DEBIAN_PRIORITY=critical
APT_LISTCHANGES_FRONTEND=none
NEEDRESTART_SUSPEND=1
export LANG DEBIAN_FRONTEND DEBIAN_PRIORITY APT_LISTCHANGES_FRONTEND NEEDRESTART_SUSPEND

if [ -r "${DOCLOUD_ENV-}" ]; then
	# The names are those of the header: a value may have any lines.
	# shellcheck disable=SC2046 # names, one a word
	unset version ssh_public_keys $(sed -n -e '/^#/!q' -e 's/^# *param: *\([a-z0-9_]*\)=.*/\1/p' "$0")
	# shellcheck source=/dev/null
	. "$DOCLOUD_ENV"
fi
: "${version=}"

_pending=$DOCLOUD_STATE/pending/$DOCLOUD_NAME # of this component, until it is installed
_changed=$_pending.changed                     # until the next service_apply
_unsettled=
[ ! -e "$_pending" ] || _unsettled=yes
rm -f "$_changed"

say() {
	printf '%s\n' "$*"
}

fail() {
	if ! printf '%s\n' "$*" >"$DOCLOUD_REASON"; then
		rm -f "$DOCLOUD_STATE/reserve" # see runner: the disk is full
		printf '%s\n' "$*" >"$DOCLOUD_REASON"
	fi
	printf '%s\n' "$*" >&2
	exit 1
}

output() {
	printf '%s=%s\n' "$1" "$2" >>"$DOCLOUD_OUTPUT"
}

version_is() {
	printf '%s\n' "$1" >"$DOCLOUD_VERSION"
}

# --- what a component leaves behind. Files are known by their path: another component may write them after it. What is
# asked about a hundred things at once costs little: these run for every component whenever a stack is written.

_newline='
'

# left KIND WORDS: that this is of this component
left() {
	printf '%s\n' "$*" >>"$DOCLOUD_LEFT"
}

# seal PATH...: prints their modes and their hashes
seal() {
	stat -c '%a %n' "$@"
	sha256sum "$@"
}

left_file() (
	umask 077
	left file "$1"
	[ "$DOCLOUD_LEFT" != /dev/null ] || exit 0
	_seals=$DOCLOUD_STATE/seals
	_sealed=$(seal "$1")
	[ "$(grep -cxF -e "$_sealed" "$_seals" 2>/dev/null)" != 2 ] || exit 0
	{
		[ ! -e "$_seals" ] || path=$1 awk '{ rest = $0; sub(/^[^ ]* +/, "", rest) } rest != ENVIRON["path"]' "$_seals"
		printf '%s\n' "$_sealed"
	} >"$_seals.new"
	mv -f "$_seals.new" "$_seals"
)

# drift: prints what is not any more as this component left it, a line each.
drift() {
	_files=
	_packages=
	while read -r _kind _what; do
		case $_kind in
		file) if [ -e "$_what" ]; then _files=$_files$_what$_newline; else echo "$_what is not there"; fi ;;
		gone) if [ -e "$_what" ] || [ -L "$_what" ]; then echo "$_what is there again"; fi ;;
		unit)
			systemctl -q is-active "$_what" || echo "$_what does not run"
			systemctl -q is-enabled "$_what" 2>/dev/null || echo "$_what does not start at boot"
			;;
		package) _packages=$_packages$_what$_newline ;;
		esac
	done <"$DOCLOUD_LEFT"
	set -f
	IFS=$_newline
	# shellcheck disable=SC2086 # a path a line
	[ -z "$_files" ] || seal $_files | grep -vxF -f "$DOCLOUD_STATE/seals" |
		sed 's/^[^ ]* *//; s/$/ is not as it was written/' | sort -u
	# shellcheck disable=SC2086 # NAME or NAME VERSION a line
	[ -z "$_packages" ] || drift_packages $_packages
}

drift_packages() {
	_names=
	for _what; do _names=$_names${_what%% *}$_newline; done
	# shellcheck disable=SC2086 # a name a line
	_there=$(
		case $family in
		apt) dpkg-query -W -f '${db:Status-Status} ${Package}\n${db:Status-Status} ${binary:Package}\n' $_names 2>/dev/null | sed -n 's/^installed //p' ;;
		dnf) rpm -q --qf '%{NAME}\n' $_names ;;
		esac
	) || true
	for _what; do
		_name=${_what%% *}
		version=${_what#"$_name"}
		version=${version# }
		case $_newline$_there$_newline in
		*"$_newline$_name$_newline"*)
			[ -z "$version" ] || { version_matches "$(installed_version "$_name")" "$version" && pinned "$_name"; } ||
				echo "the package $_name is not held at $version"
			;;
		*) echo "the package $_name is not installed" ;;
		esac
	done
}

# --- packages

# shellcheck disable=SC1091
case " $(. /etc/os-release && echo "$ID ${ID_LIKE-}") " in
*' debian '* | *' ubuntu '*) family=apt ;;
*' rhel '* | *' fedora '* | *' centos '*) family=dnf ;;
*) fail "this system is neither of Debian's family nor of Red Hat's" ;;
esac

installed_version() {
	case $family in
	apt)
		dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2>/dev/null | sed -n 's/^installed //p' | grep .
		;;
	dnf) rpm -q --qf '%{VERSION}-%{RELEASE}\n' "$1" 2>/dev/null | grep -v ' ' | tail -n 1 | grep . ;;
	esac
}

# version_matches INSTALLED WANTED: `1.22` takes in `1.22.1-9`, but not `1.2`; an epoch may be left out.
version_matches() {
	case $1 in
	"$2" | "$2"[.+~-]*) return 0 ;;
	*:"$2" | *:"$2"[.+~-]*) return 0 ;;
	esac
	return 1
}

# The versions of the package that there are, the newest first. repoquery lists them all by itself; dnf 5 knows no
# --showduplicates of it.
versions_available() {
	case $family in
	apt) apt-cache madison "$1" | awk -F '|' '{ gsub(/ /, "", $2); if (!seen[$2]++) print $2 }' ;;
	dnf) dnf -q repoquery --qf '%{version}-%{release}\n' "$1" 2>/dev/null | sort -Vru ;;
	esac
}

apt_run() {
	apt-get -y -q -o DPkg::Lock::Timeout=900 -o Dpkg::Use-Pty=0 -o APT::Install-Recommends=false \
		-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Acquire::Retries=3 "$@" </dev/null
}

# dpkg_complaint <OUTPUT: what dpkg says of the first package that it gave up; what comes last only says that it did
dpkg_complaint() {
	grep -m 1 -A 1 '^dpkg: error processing' | tr -s '[:space:]' ' ' | cut -b 1-500
}

# try COMMAND...: its status, and what it said in the way of an error in $_complaint: what could not be fetched, before what
# could not be done for want of it.
try() {
	_said=$(mktemp)
	{
		_status=$({ run_status "$@" | tee "$_said" >&4; } 3>&1)
	} 4>&1
	_complaint=$(dpkg_complaint <"$_said")
	[ -n "$_complaint" ] || _complaint=$(grep -m 1 -E '^[EW]: Failed to fetch ' "$_said" | cut -b 1-500)
	[ -n "$_complaint" ] || _complaint=$(grep -E '^(E|Err|W: Failed)[: ]' "$_said" | tail -n 1)
	# dnf says more about it in the lines that follow.
	[ -n "$_complaint" ] || _complaint=$(sed -nE '/^(Error:|Failed to )/,$p' "$_said" | tr -s '[:space:]' ' ' | cut -b 1-500)
	rm -f "$_said"
	return "$_status"
}

run_status() {
	if "$@" 2>&1; then echo 0 >&3; else echo $? >&3; fi
}

# apt_patient WORD...: apt knows how to wait for dpkg's lock, but not for those on its lists and on what it fetched.
apt_patient() {
	_waits=0
	until try apt_run "$@"; do
		case $_complaint in
		*'get lock'* | *'Unable to lock'*) ;;
		*) return 1 ;;
		esac
		[ $_waits -lt 450 ] || return 1
		[ $_waits -gt 0 ] || say "waiting until the lock is free"
		_waits=$((_waits + 1))
		sleep 2
	done
}

# A source that cannot be reached is not the end: what is wanted may come from another one, or be there already.
apt_update() {
	_unreached=
	if apt_patient -qq -o APT::Update::Error-Mode=any update; then
		touch "$DOCLOUD_STATE/lists-fetched"
	else
		_unreached=$_complaint
	fi
}

lists_fresh() {
	[ -n "$(find "$DOCLOUD_STATE/lists-fetched" -mmin -60 2>/dev/null)" ] &&
		[ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' 2>/dev/null | head -n 1)" ] &&
		[ -z "$(find /etc/apt/sources.list* -newer "$DOCLOUD_STATE/lists-fetched" 2>/dev/null)" ]
}

package_install() (
	_wanted=
	_names=
	for _word in "$@"; do
		case $_word in
		"$family":*) _word=${_word#*:} ;;
		apt:* | dnf:*) continue ;;
		esac
		_name=${_word%%=*}
		_want=
		case $_word in *=*) _want=${_word#*=} ;; esac
		_have=$(installed_version "$_name") || _have=
		[ -n "$_want" ] || unpin "$_name"
		if [ -z "$_have" ] || { [ -n "$_want" ] && ! version_matches "$_have" "$_want"; }; then
			[ "$family" = apt ] || unpin "$_name"
			_wanted="$_wanted $_name${_want:+=$_want}"
		fi
		_names="$_names $_name=$_want"
	done
	if [ -n "$_wanted" ]; then
		say "installing$_wanted"
		"${family}_install" "${_wanted# }"
	fi
	for _name in $_names; do
		_want=${_name#*=}
		_name=${_name%%=*}
		_have=$(installed_version "$_name") || continue # a name that stands for others
		left package "$_name" "$_want"
		[ -z "$_want" ] || pinned "$_name" || pin "$_name" "$_have"
	done
)

# version_words WORDS SEPARATOR: NAME=WANTED becomes NAME, separator and the newest version there is of that.
version_words() {
	for _word in $1; do
		case $_word in
		*=*)
			_there=$(versions_available "${_word%%=*}")
			_exact=$(printf '%s\n' "$_there" | while read -r _candidate; do
				! version_matches "$_candidate" "${_word#*=}" || echo "$_candidate"
			done | head -n 1)
			[ -n "$_exact" ] || fail "${_word%%=*} ${_word#*=} is not in the package archive of this system, which has" \
				"${_there:-none}"
			printf ' %s%s%s' "${_word%%=*}" "$2" "$_exact"
			;;
		*) printf ' %s' "$_word" ;;
		esac
	done
}

# --- pins. A package that was asked for in a version stays at it: apt and dnf are told so for all that is built from the
# same source, since the server of mariadb-server, say, is in another package, and a part that is upgraded alone would
# stop every upgrade; and it is on hold, where people look.

pinned() {
	[ -e "$DOCLOUD_STATE/pins/$1" ] || return 1
	[ $family != apt ] || [ "$(dpkg-query -W -f '${db:Status-Want}' "$1" 2>/dev/null)" = hold ]
}

# pin PACKAGE VERSION
pin() {
	say "holding $1 at $2"
	case $family in
	apt) apt_prefer "$1" "$2" && apt-mark -q hold "$1" ;;
	dnf)
		dnf -q versionlock list >/dev/null 2>&1 || try dnf_run install 'dnf-command(versionlock)' || true
		# shellcheck disable=SC2046 # words
		dnf -q versionlock add $(dnf_parts "$1" '%{NAME}-%{VERSION}-%{RELEASE}') || say "$1 is not held against upgrades: dnf has no versionlock here"
		;;
	esac
	(umask 077 && mkdir -p "$DOCLOUD_STATE/pins" && printf '%s\n' "$2" >"$DOCLOUD_STATE/pins/$1")
}

unpin() {
	# An install that failed left this behind, and no pin.
	[ "$family" != apt ] || rm -f "/etc/apt/preferences.d/docloud-$1.pref"
	[ -e "$DOCLOUD_STATE/pins/$1" ] || return 0
	# shellcheck disable=SC2046 # words
	case $family in
	apt) apt-mark -q unhold "$1" ;;
	dnf) dnf -q versionlock delete $(dnf_parts "$1" '%{NAME}') || true ;;
	esac
	rm -f "$DOCLOUD_STATE/pins/$1"
}

# dnf_parts PACKAGE FORMAT: it and what else of the same source is installed, as rpm prints them by that format
dnf_parts() {
	rpm -qa --qf "%{SOURCERPM} $2\n" | sed -n "s/^$(rpm -q --qf '%{SOURCERPM}' "$1") //p"
}

# apt_prefer PACKAGE VERSION: before it is installed, so that what it is built with comes in the same version. A rebuild
# (+b1) of a package for one machine has parts of the version without.
apt_prefer() {
	_source=$(apt-cache show "$1=$2" | sed -n 's/^Source: \([^ ]*\).*/\1/p' | head -n 1)
	for _pin in "$2" "${2%+b[0-9]*}"; do
		printf 'Explanation: written by docloud\nPackage: src:%s\nPin: version %s\nPin-Priority: 1001\n\n' "${_source:-$1}" "$_pin"
	done >"/etc/apt/preferences.d/docloud-$1.pref"
}

# What an interrupted run left half configured stops every other one. What looks so may be another one's work, too, for
# which dpkg does not know how to wait.
dpkg_finish() {
	while [ -n "$(dpkg --audit)" ]; do
		if _said=$(dpkg --force-confdef --force-confold --configure -a </dev/null 2>&1); then
			printf '%s\n' "$_said"
			return
		fi
		case $_said in
		*'locked by another process'*) sleep 1 ;;
		*)
			printf '%s\n' "$_said"
			_complaint=$(printf '%s\n' "$_said" | dpkg_complaint)
			[ -n "$_complaint" ] || _complaint=$(printf '%s\n' "$_said" | tail -n 1)
			fail "what is half installed cannot be configured: $_complaint"
			;;
		esac
	done
}

apt_install() {
	dpkg_finish
	lists_fresh || apt_update
	_words=$(version_words "$1" =)
	# A version that is not to be had leaves the hold on the one that is there.
	for _word in $_words; do
		case $_word in
		*=*)
			unpin "${_word%%=*}"
			apt_prefer "${_word%%=*}" "${_word#*=}"
			;;
		esac
	done
	# shellcheck disable=SC2086 # words
	if ! apt_patient --allow-downgrades install $_words; then
		say "trying once more with fresh package lists"
		apt_update
		apt_patient --allow-downgrades install $_words ||
			fail "$1 cannot be installed: $_complaint${_unreached:+; the package lists cannot be read: $_unreached}"
	fi
}

dnf_run() {
	dnf -y --setopt=install_weak_deps=False "$@" </dev/null
}

# dnf_query WORD...: the names of packages that answer to repoquery's words
dnf_query() {
	dnf -q repoquery --qf '%{name}\n' "$@" 2>/dev/null | sort -u | grep .
}

# CentOS, AlmaLinux and Rocky Linux leave much to EPEL, whose packages need some of the archive CRB. False when it is
# there already, or this system has no such thing.
epel_add() {
	! installed_version epel-release >/dev/null && dnf_query epel-release >/dev/null || return 1
	say "adding EPEL: this system's own package archive lacks something"
	try dnf_run install epel-release 'dnf-command(config-manager)' || fail "EPEL cannot be added: $_complaint"
	crb enable || say "some of EPEL's packages will lack what they need: crb failed"
}

dnf_install() {
	if ! installed_version epel-release >/dev/null; then
		_asked=$(for _word in $1; do echo "${_word%%=*}"; done | sort -u)
		# shellcheck disable=SC2086 # words
		[ "$(dnf_query $_asked)" = "$_asked" ] || epel_add || true
	fi
	_words=$(version_words "$1" -)
	# shellcheck disable=SC2086 # words
	if ! try dnf_run install $_words; then
		say "trying once more with fresh package lists"
		try dnf_run clean expire-cache || true
		try dnf_run install $_words || fail "$1 cannot be installed: $_complaint"
	fi
}

package_available() {
	case $family in
	apt)
		lists_fresh || apt_update
		apt-cache policy "$1" 2>/dev/null | grep -q '^  Candidate: [^(]'
		;;
	dnf) dnf_query "$1" >/dev/null || { epel_add && dnf_query "$1" >/dev/null; } ;;
	esac
}

memory_at_most() {
	_there=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
	[ "$1" -le "$_there" ] || fail "memory: this droplet has $_there MB in all"
}

# --- configuration and services

mark_changed() {
	mkdir -p "$DOCLOUD_STATE/pending"
	: >"$_pending"
	: >"$_changed"
}

# package_own PATH: whether it is a package's file, as that brought it
package_own() {
	case $family in
	apt)
		_hash=$(md5sum "$1")
		dpkg-query -W -f '${Conffiles}\n' | grep -qxF " $1 ${_hash%% *}"
		;;
	dnf)
		_hash=$(sha256sum "$1")
		rpm -qf --qf '[%{FILENAMES} %{FILEDIGESTS}\n]' "$1" 2>/dev/null | grep -qxF "$1 ${_hash%% *}"
		;;
	esac
}

# keep_old PATH: a copy of what is replaced, unless docloud or a package wrote it so. Not beside it: many directories are
# read whole.
keep_old() {
	_hash=$(sha256sum "$1")
	! grep -qxF -e "$_hash" "$DOCLOUD_STATE/seals" 2>/dev/null || return 0
	! package_own "$1" || return 0
	_number=1
	_old=$DOCLOUD_STATE/kept$1
	while [ -e "$_old" ]; do
		_hash=$(sha256sum <"$1")
		[ "$_hash" != "$(sha256sum <"$_old")" ] || return 0
		_number=$((_number + 1))
		_old=$DOCLOUD_STATE/kept$1.$_number
	done
	say "keeping $1 as it was, in $_old"
	(umask 077 && mkdir -p "${_old%/*}" && cp -p "$1" "$_old") || fail "cannot keep a copy of $1"
}

write_config() {
	mkdir -p "${1%/*}"
	_next=$1.docloud-new
	(umask 077 && cat >"$_next") || fail "cannot write $1"
	if [ -e "$1" ] && [ "$(cat "$_next" && echo .)" = "$(cat "$1" && echo .)" ]; then
		rm -f "$_next"
		[ "$(stat -c %a "$1")" = "${2#0}" ] || chmod "$2" "$1"
		left_file "$1"
		return 0
	fi
	[ ! -f "$1" ] || keep_old "$1"
	chmod "$2" "$_next"
	mark_changed
	say "writing $1"
	mv -f "$_next" "$1"
	left_file "$1"
	if command -v restorecon >/dev/null; then restorecon "${1%/*}" "$1" || true; fi
}

remove_config() {
	left gone "$1"
	if [ -e "$1" ] || [ -L "$1" ]; then
		[ -L "$1" ] || keep_old "$1"
		mark_changed
		say "removing $1"
		rm -f "$1"
	fi
}

service_check() {
	if ! systemctl -q is-active "$1"; then
		journalctl -q --no-pager -n 20 -u "$1" || true
		fail "$1 does not run: see the log"
	fi
}

service_enable() {
	systemctl -q is-enabled "$1" 2>/dev/null || systemctl -q enable "$1"
	systemctl -q is-active "$1" || systemctl start "$1" || true
	service_check "$1"
	left unit "$1"
}

due() {
	[ -e "$_changed" ] || [ -n "$_unsettled" ]
}

service_apply() {
	if due; then
		say "$1 of $2"
		case $1 in
		reload) _applied=reload-or-restart ;;
		*) _applied=$1 ;;
		esac
		_applied=$(systemctl "$_applied" "$2" 2>&1) || {
			service_check "$2"
			fail "$1 of $2 failed: $(printf '%s\n' "$_applied" | head -n 1)"
		}
		service_check "$2"
		rm -f "$_changed"
	fi
}

# --- secrets

secret() {
	_file=$DOCLOUD_STATE/secrets/$1
	if [ ! -s "$_file" ]; then
		(umask 077 && mkdir -p "$DOCLOUD_STATE/secrets" && head -c 400 /dev/urandom | LC_ALL=C tr -dc 'A-HJ-NP-Za-km-z2-9' | cut -b 1-24 >"$_file.new")
		mv -f "$_file.new" "$_file"
	fi
	cat "$_file"
}

# --- what several components hook into

# The first value counts in sshd_config, so these come first: in a file that sorts before others where one can be
# included, else at the top of the main file.
sshd_settings() {
	_settings=$(cat)
	_main=/etc/ssh/sshd_config
	# Without it Debian's sshd does not even look at them; ssh.service makes it, which a socket may not have started yet.
	[ "$family" != apt ] || mkdir -p /run/sshd
	if grep -Eqi '^[[:space:]]*include[[:space:]].*sshd_config\.d/' $_main; then
		_target=/etc/ssh/sshd_config.d/00-docloud-$1.conf
		_text="# written by docloud
$_settings"
	else
		_target=$_main
		_text="# docloud $1 {
$_settings
# docloud $1 }
$(sed "/^# docloud $1 {/,/^# docloud $1 }/d" $_main)"
	fi
	_before=$(cat "$_target" 2>/dev/null) || _before=
	rm -f "$_changed" # whatever else was changed, sshd need not know
	printf '%s\n' "$_text" | write_config "$_target" 0600
	if ! _said=$(sshd -t 2>&1); then
		printf '%s\n' "$_said"
		if [ -n "$_before" ]; then
			printf '%s\n' "$_before" | write_config "$_target" 0600
		else
			rm -f "$_target"
		fi
		fail "sshd refuses the settings, and the old ones are kept: $(printf '%s\n' "$_said" | tail -n 1)"
	fi
	for _unit in ssh.service sshd.service; do
		if systemctl -q is-active $_unit; then
			! due || sshd_reload $_unit
			return
		fi
	done
	rm -f "$_changed" # sshd is started by its socket for every connection and reads them then
}

sshd_answers() {
	ssh-keyscan -T 2 -p "$(sshd -T | sed -n 's/^port //p' | head -n 1)" 127.0.0.1 2>/dev/null | grep -q .
}

# A connection that comes in while sshd reloads may make it find its port taken, and give up for good. A port that
# systemd opened (Ubuntu, Debian 13) is handed to sshd when it starts, and only then. Sessions survive both.
sshd_reload() {
	_verb=reload
	! systemctl -q is-active ssh.socket || _verb=restart
	say "$_verb of $1"
	systemctl $_verb "$1" || true
	_looks=0
	until sleep 0.1 && sshd_answers || [ $_looks -ge 50 ]; do
		systemctl -q is-active "$1" || systemctl start "$1" || true
		_looks=$((_looks + 1))
	done
	service_check "$1"
	rm -f "$_changed"
}

# A file that nft refuses would take the whole firewall away at the next start.
firewall_allow() {
	_rules=$(cat)
	if command -v nft >/dev/null; then
		printf 'table inet docloud_check {\nchain input {\ntype filter hook input priority filter;\n%s\n}\n}\n' "$_rules" |
			nft -c -f - || fail "nft refuses the rules of $1: see the log"
	fi
	printf '%s\n' "$_rules" | write_config "/etc/docloud/firewall.d/$1.nft" 0644
	if systemctl -q is-active docloud-firewall.service; then
		service_apply reload docloud-firewall.service
	fi
}

# The pool of the newest php-fpm.
php_pool() {
	printf '%s\n' /etc/php/*/fpm/pool.d/www.conf /etc/php-fpm.d/www.conf | sort -V | while read -r _file; do
		[ ! -e "$_file" ] || echo "$_file"
	done | tail -n 1
}

php_unit() {
	_fpm=$(php_pool)
	case $_fpm in
	/etc/php/*) _fpm=${_fpm#/etc/php/} && _fpm=php${_fpm%%/*}-fpm.service ;;
	?*) _fpm="php-fpm.service" ;;
	*) return 1 ;;
	esac
	[ -e "/usr/lib/systemd/system/$_fpm" ] || [ -e "/lib/systemd/system/$_fpm" ] || return 1
	echo "$_fpm"
}

php_ini() {
	_fpm=$(php_pool)
	case $_fpm in
	/etc/php/*) echo "${_fpm%/pool.d/*}/conf.d" ;;
	?*) echo /etc/php.d ;;
	*) return 1 ;;
	esac
}

php_package() {
	case $family/$1 in
	dnf/mysql) set -- mysqli ;;
	apt/*) echo "php-$1" && return ;;
	esac
	# Many are in a package of another name, which provides this one.
	_provider=$(rpm -q --whatprovides --qf '%{NAME}\n' "php-$1" 2>/dev/null | grep -v ' ') ||
		_provider=$(dnf_query --whatprovides "php-$1") ||
		_provider=$(epel_add >&2 && dnf_query --whatprovides "php-$1") || _provider=php-$1
	printf '%s\n' "$_provider" | head -n 1
}

php_with() {
	_php=$(php_unit) || return 0
	if ! installed_version "$(php_package "$1")" >/dev/null; then
		if ! package_available "$(php_package "$1")"; then
			say "php goes without $1: this system's package archive has no $(php_package "$1")"
			return 0
		fi
		mark_changed
	fi
	package_install "$(php_package "$1")"
	service_apply restart "$_php"
}

# php-fpm's socket is where its pool says. Until there is one, sources of pages are not to be shown.
nginx_php() {
	[ -d /etc/nginx/docloud.d ] || return 0
	_pool=$(php_pool)
	_listen=
	[ -z "$_pool" ] || _listen=$(sed -n 's/^[[:space:]]*listen[[:space:]]*=[[:space:]]*//p' "$_pool" | tail -n 1)
	case $_listen in
	'') _action='return 404;' ;;
	/*) _action="fastcgi_pass unix:$_listen;" ;;
	*) _action="fastcgi_pass $_listen;" ;;
	esac
	write_config /etc/nginx/docloud.d/php.conf 0644 <<-END
		location ~ \.php\$ {
		    try_files \$uri =404;
		    include fastcgi_params;
		    fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
		    $_action
		}
	END
}

# nginx_directory NAME DIRECTORY [LINE]: pages that others make
nginx_directory() {
	write_config "/etc/nginx/docloud.d/$1.conf" 0644 <<-END
		location = /$1 {
		    return 301 /$1/;
		}
		location ^~ /$1/ {
		    alias $2/;
		    index index.html;
		}
		${3-}
	END
}

nginx_munin() {
	for _directory in /var/cache/munin/www /var/www/html/munin; do
		if [ -d /etc/nginx/docloud.d ] && [ -d $_directory ]; then
			nginx_directory munin $_directory
			return
		fi
	done
}

nginx_awstats() {
	if [ -d /etc/nginx/docloud.d ] && [ -e /etc/awstats/awstats.docloud.conf ]; then
		_icons=/usr/share/awstats/icon
		[ -d $_icons ] || _icons=/usr/share/awstats/wwwroot/icon
		nginx_directory awstats /var/cache/awstats-docloud "location ^~ /awstats/icon/ { alias $_icons/; }"
	fi
}

nginx_follow() {
	if systemctl -q is-active nginx.service; then nginx_apply; fi
}

# A reload is a signal: for a moment the old workers go on answering, with what was configured before.
nginx_apply() {
	if due; then
		_faults=$(nginx -t -q 2>&1) || fail "nginx refuses its configuration: $(printf '%s\n' "$_faults" | grep -m 1 emerg)"
		_workers=$(cat "/proc/$(systemctl show -p MainPID --value nginx.service)/task/"*/children 2>/dev/null) || _workers=
		service_apply reload nginx.service
		_looks=0
		until nginx_left "$_workers" || [ $_looks -ge 50 ]; do
			sleep 0.1
			_looks=$((_looks + 1))
		done
	fi
}

nginx_left() {
	for _pid in $1; do
		case $({ tr '\0' ' ' <"/proc/$_pid/cmdline"; } 2>/dev/null) in
		'' | *'shutting down'*) ;;
		*) return 1 ;;
		esac
	done
}
