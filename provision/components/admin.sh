#!/bin/sh
# summary: time zone, users with sudo and their keys, no password logins, a firewall
# requires:
# param: timezone= text name of a time zone such as Asia/Kolkata; left as it is when empty
# param: users= users accounts to have, with the SSH key of each: alice:laptop,bob
# param: keys= keys SSH keys of users without one of their own
# param: open_ports=80,443 ports ports that the firewall lets in, of TCP unless as 53/udp; 22 always is
# deadline: 600
# check: nft list table inet docloud
# check: [ -z "$timezone" ] || [ /etc/localtime -ef "/usr/share/zoneinfo/$timezone" ]
# check: [ -z "$users" ] || id $(echo "$users" | sed 's/:[^,]*//g; s/,/ /g')

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

# words LIST: its items, a line each
words() {
	printf '%s\n' "$1" | tr ',' '\n' | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d'
}

# key_of NAME: the public key of that name. Names may contain spaces, so they end where a key begins.
key_of() {
	printf '%s\n' "${ssh_public_keys-}" | name="$1 " awk '
		BEGIN { name = ENVIRON["name"] }
		index($0, name) == 1 {
			key = substr($0, length(name) + 1)
			if (key ~ /^(ssh-|ecdsa-|sk-)[^ ]* AAAA/) { print key; exit }
		}'
}

# keys_of USER:KEY: all public keys that log in as this user
keys_of() {
	case $1 in
	*:*) key_of "${1#*:}" ;;
	*) words "$keys" | while IFS= read -r name; do key_of "$name"; done ;;
	esac
}

# --- everything is checked before anything is changed

for package in sudo nftables tzdata; do
	[ $package != tzdata ] || [ ! -d /usr/share/zoneinfo ] || continue
	package_install $package
done

case $timezone in
*..* | /*) fail "there is no time zone $timezone" ;;
esac
[ -z "$timezone" ] || [ -f "/usr/share/zoneinfo/$timezone" ] || fail "there is no time zone $timezone"

words "$users" | while IFS= read -r user; do
	name=${user%%:*}
	case $name in
	root) fail "root is there already and keeps its keys; name other users" ;;
	[!a-z_]* | *[!a-z0-9_-]* | '') fail "\"$name\" cannot be the name of a user" ;;
	esac
	id=$(id -u "$name" 2>/dev/null) || id=1000
	[ "$id" -ge 1000 ] || fail "$name is an account of the system; name other users"
	[ -n "$(keys_of "$user")" ] || fail "user $name would have no key to log in with: name one as $name:KEY, or give keys="
done

ports='' udp_ports=''
for port in $(words "$open_ports"); do
	number=${port%/*}
	case $number in
	*[!0-9-]* | -* | *- | 0* | *-0* | '') fail "$port is not a port" ;; # nft reads 0443 as octal
	esac
	case $port in
	*/udp) udp_ports="$udp_ports${udp_ports:+, }$number" ;;
	*/tcp | "$number") ports="$ports, $number" ;;
	*) fail "$port is not a port" ;;
	esac
done
[ -z "$udp_ports" ] || udp_ports="
		udp dport { $udp_ports } accept"

# --- time zone

if [ -n "$timezone" ] && [ "$(readlink -f /etc/localtime)" != "$(readlink -f "/usr/share/zoneinfo/$timezone")" ]; then
	say "time zone $timezone"
	mark_changed
	ln -sfn "/usr/share/zoneinfo/$timezone" /etc/localtime.docloud-new
	mv -fT /etc/localtime.docloud-new /etc/localtime
	[ ! -e /etc/timezone ] || printf '%s\n' "$timezone" >/etc/timezone
fi
# They know the zone from when they started, and not all of them are everywhere.
! due || systemctl -q try-restart cron.service crond.service rsyslog.service 2>/dev/null || true

# --- users

group=sudo
getent group $group >/dev/null || group=wheel

# authorize USER <KEYS: makes these the keys of ours among the user's; those that others added stay.
authorize() {
	home=$(getent passwd "$1" | cut -d : -f 6)
	file=$home/.ssh/authorized_keys
	ours=$(cat)
	if [ ! -d "$home/.ssh" ]; then
		mkdir -p "$home/.ssh"
		chmod 0700 "$home/.ssh"
		chown "$1:" "$home/.ssh"
	fi
	{
		# awk ends each line: one without an end would take our first one with it.
		[ ! -e "$file" ] || awk '/^# docloud {$/ { ours = 1 } !ours; /^# docloud }$/ { ours = 0 }' "$file"
		[ -z "$ours" ] || printf '# docloud {\n%s\n# docloud }\n' "$ours"
	} | write_config "$file" 0600
	chown "$1:" "$file"
}

# Known before they are made: who is left over by a run that fails can be taken away by the next one.
wanted=$(words "$users" | sed 's/:.*//')
users_before=$(cat "$DOCLOUD_STATE/admin.users" 2>/dev/null) || users_before=
printf '%s\n' "$users_before" "$wanted" | sort -u >"$DOCLOUD_STATE/admin.users"

words "$users" | while IFS= read -r user; do
	name=${user%%:*}
	if ! id -u "$name" >/dev/null 2>&1; then
		say "user $name"
		useradd -m -s /bin/bash "$name"
		usermod -p '*' "$name" # no password, but not locked: sshd without PAM refuses locked accounts
	fi
	case " $(id -nG "$name") " in
	*" $group "*) ;;
	*) usermod -a -G $group "$name" ;;
	esac
	keys_of "$user" | authorize "$name"
done

sudoers=/etc/sudoers.d/docloud
{
	echo '# written by docloud'
	for name in $wanted; do echo "$name ALL=(ALL) NOPASSWD: ALL"; done
} >$sudoers.new # a name with a dot is not read
visudo -q -c -f $sudoers.new >/dev/null || fail "visudo refuses the rules for $wanted"
write_config $sudoers 0440 <$sudoers.new
rm -f $sudoers.new

# Who is not wanted any more keeps the account and its files, but gets in no more.
for name in $users_before; do
	case " $(echo "$wanted" | tr '\n' ' ') " in
	*" $name "*) continue ;;
	esac
	id -u "$name" >/dev/null 2>&1 || continue
	say "user $name is no longer listed: its keys of ours and its sudo are taken away"
	authorize "$name" </dev/null
	gpasswd -d "$name" $group >/dev/null 2>&1 || true
done
printf '%s\n' "$wanted" >"$DOCLOUD_STATE/admin.users"

# --- sshd

sshd_settings password <<END
PasswordAuthentication no
KbdInteractiveAuthentication no
ChallengeResponseAuthentication no
PermitEmptyPasswords no
PermitRootLogin prohibit-password
END
effective=$(sshd -T 2>&1) || fail "sshd does not tell its settings: $(printf '%s\n' "$effective" | tail -n 1)"
printf '%s\n' "$effective" | grep -qi '^passwordauthentication no' || fail "sshd would still take passwords: see sshd -T"

# --- the firewall. A table of our own and a unit of our own: what others have in nftables stays as it is.

mkdir -p /etc/docloud/firewall.d
table=$(
	cat <<END
# written by docloud; other components add their rules in firewall.d
table inet docloud
delete table inet docloud
table inet docloud {
	chain input {
		type filter hook input priority filter; policy drop;
		iif lo accept
		ct state established,related accept
		ct state invalid drop
		meta l4proto { 1, 58 } accept comment "ICMP, ICMPv6"
		ip6 saddr fe80::/10 udp dport 546 accept
		tcp dport { 22$ports } accept$udp_ports
		include "/etc/docloud/firewall.d/*.nft"
	}
}
END
)
printf '%s\n' "$table" | nft -c -f - || fail "nft refuses the rules: see the log"
printf '%s\n' "$table" | write_config /etc/docloud/firewall.nft 0644
nft=$(command -v nft)
write_config /etc/systemd/system/docloud-firewall.service 0644 <<END
[Unit]
Description=docloud: firewall
DefaultDependencies=no
After=local-fs.target systemd-modules-load.service nftables.service
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target
# Its configuration usually begins by emptying everybody's tables.
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$nft -f /etc/docloud/firewall.nft
ExecReload=$nft -f /etc/docloud/firewall.nft
ExecStop=$nft delete table inet docloud

[Install]
WantedBy=sysinit.target
END
# A reload is passed on; a start empties them, too.
mkdir -p /etc/systemd/system/nftables.service.d
write_config /etc/systemd/system/nftables.service.d/docloud.conf 0644 <<END
[Service]
ExecStartPost=-$nft -f /etc/docloud/firewall.nft
END
! due || systemctl daemon-reload
service_enable docloud-firewall.service
# The unit has run: systemd does not see that somebody emptied nftables since.
nft list table inet docloud >/dev/null 2>&1 || mark_changed
service_apply reload docloud-firewall.service

# Only now that ours stands: until here both were in force.
for other in firewalld ufw; do
	if systemctl -q is-active $other.service; then
		say "$other is switched off: docloud's own firewall takes its place"
		[ $other != ufw ] || ufw disable >/dev/null
		systemctl -q disable --now $other.service
	fi
done
