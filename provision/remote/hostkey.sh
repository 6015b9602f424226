#!/bin/sh
# Gives the droplet a host key that nobody else has seen: the one it was born with came through its user data, which
# every process on it can read. Sent to `sh -s`, with one of these arguments or none for both in one go:
#
#	prepare    makes the new key if there is none waiting, and prints `hostkey ssh-ed25519 AAAA...`
#	install    puts it in place of the old one, reloads sshd, and prints that line again
#
# The other side should pin the new key beside the old one, durably, between the two: whatever is cut off then, it
# knows every key that the droplet may answer with. Both can be repeated: once the droplet's key is one that this
# script made, they only print it. Sessions that are open stay open.
#
# cloud-init writes the old key once per instance, so a restart does not bring it back. It is left able to do so for a
# new instance on purpose: a droplet made from this one's snapshot must not come up with this one's key.

set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
key=/etc/ssh/ssh_host_ed25519_key
new=/etc/ssh/docloud_host_key.new
made=/var/lib/docloud/hostkey # public half of the last key made here
drop_in=/etc/ssh/sshd_config.d/00-docloud-hostkey.conf

die() {
	echo "hostkey: $*" >&2
	exit 1
}

# public PRIVATE: `TYPE BASE64` computed from the private half, which alone counts
public() {
	ssh-keygen -y -f "$1" 2>/dev/null </dev/null | cut -d ' ' -f 1,2
}

# write PATH MODE LINE
write() {
	if ! printf '%s\n' "$3" >"$1.new" || ! chmod "$2" "$1.new" || ! mv -f "$1.new" "$1"; then
		die "cannot write $1"
	fi
}

settled() {
	[ -s $made ] && [ "$(cat $made)" = "$(public $key)" ]
}

prepare() {
	[ -z "$(public $new)" ] || return 0
	rm -f $new $new.part $new.part.pub
	ssh-keygen -q -t ed25519 -N '' -C "root@$(uname -n)" -f $new.part </dev/null || die "cannot make a key"
	sync $new.part 2>/dev/null || sync
	rm -f $new.part.pub
	mv -f $new.part $new || die "cannot write $new"
}

# The public half goes first and the private half last: with the private one the key is replaced. What an interruption
# leaves undone before that is done again, after it there is only the reload.
install() {
	line=$(public $new)
	[ -n "$line" ] || die "no key is prepared"
	mkdir -p /var/lib/docloud
	write $made 0600 "$line"
	write $key.pub 0644 "$line root@$(uname -n)"
	mv -f $new $key || die "cannot write $key"
	if command -v restorecon >/dev/null; then restorecon $key $key.pub; fi
	sync $key 2>/dev/null || sync
}

# Only the key that is pinned is offered, so that no client ever meets another one.
offer_only() {
	if grep -Eqi '^[[:space:]]*include[[:space:]].*sshd_config\.d/' /etc/ssh/sshd_config && [ ! -e $drop_in ]; then
		write $drop_in 0600 "# docloud pins this key; no other is offered.
HostKey $key"
		sshd -t 2>/dev/null || rm -f $drop_in
	fi
}

# Newer ones print a comment with the server's version, too. And sshd since 9.8 shuts out an address that connects
# many times without a login: so not too often.
shown() {
	ssh-keyscan -T 2 -t ed25519 -p "$port" 127.0.0.1 2>/dev/null | sed '/^#/d' | cut -d ' ' -f 2,3
}

# sshd closes its port while it reloads, and may find it taken when it opens it again: it gives up for good then, and
# Debian 13's systemctl says that the reload failed. So nothing but the new key counts, and sshd is started again.
reload() {
	sshd -t || die "sshd refuses its configuration"
	unit=
	for name in ssh.service sshd.service; do
		! systemctl -q is-active $name || unit=$name
	done
	[ -n "$unit" ] || return 0 # started by its socket for every connection
	port=$(sshd -T 2>/dev/null | sed -n 's/^port //p' | head -n 1)
	# A port that systemd opened (Ubuntu, Debian 13) is handed to sshd when it starts, and only then.
	verb=reload
	! systemctl -q is-active ssh.socket || verb=restart
	timeout 20 systemctl $verb $unit 2>/dev/null || true
	looks=0
	until [ "$(shown)" = "$(public $key)" ]; do
		[ $looks -lt 12 ] || die "$unit does not show the new key"
		systemctl -q is-active $unit || timeout 20 systemctl start $unit || true
		looks=$((looks + 1))
		sleep 0.$((looks < 9 ? looks : 9))
	done
}

case ${1-} in
'' | prepare | install) ;;
*) die "usage: hostkey [prepare|install]" ;;
esac
if settled; then
	current=$key
	[ "${1-}" = prepare ] || { offer_only && reload; }
else
	current=$new
	[ "${1-}" = install ] || prepare
	if [ "${1-}" != prepare ]; then
		install
		offer_only
		reload
		current=$key
	fi
fi
line=$(public $current)
[ -n "$line" ] || die "cannot read $current"
printf 'hostkey %s\n' "$line"
