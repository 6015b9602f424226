#!/bin/sh
# summary: mail server for this droplet's own users and programs; takes no mail from outside
# requires:
# param: hostname= text name that mail comes from; the droplet's when empty
# param: relay= text server that mail to elsewhere goes through: [smtp.example.com]:587; directly when empty
# deadline: 600

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

[ -n "$hostname" ] || hostname=$(uname -n)
case $hostname in
*[!A-Za-z0-9.-]* | [.-]* | *.) fail "\"$hostname\" cannot be the name of a mail server" ;;
esac
case $relay in
*[!A-Za-z0-9.:\]\[-]* | [.:-]*) fail "\"$relay\" is not a server: write HOST, [HOST] or [HOST]:PORT" ;;
esac

protocols=all
[ -e /proc/net/if_inet6 ] || protocols=ipv4
level=3.6
aliases="hash"
if [ $family = dnf ]; then
	package_install postfix="$version"
	level=2
	postconf -m | grep -qx hash || aliases="lmdb"
fi

# Before the package, which then asks and changes nothing, and at no time listens to more than this.
[ $family != apt ] || printf '%s\n' "$hostname" | write_config /etc/mailname 0644
[ -e /etc/aliases ] || echo 'postmaster: root' | write_config /etc/aliases 0644
write_config /etc/postfix/main.cf 0644 <<END
# written by docloud
compatibility_level = $level
myhostname = $hostname
myorigin = \$myhostname
mydestination = \$myhostname, localhost.\$mydomain, localhost
relayhost = $relay
inet_interfaces = loopback-only
inet_protocols = $protocols
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_banner = \$myhostname ESMTP
smtp_tls_security_level = may
alias_maps = $aliases:/etc/aliases
alias_database = $aliases:/etc/aliases
append_dot_mydomain = no
biff = no
mailbox_size_limit = 0
recipient_delimiter = +
END
[ $family != apt ] || package_install postfix="$version"

[ -n "$(find /etc -maxdepth 1 -name 'aliases.*db')" ] || newaliases
service_enable postfix.service
service_apply restart postfix.service
postfix status 2>/dev/null || fail "postfix does not run: see journalctl -u postfix -u postfix@-"
version_is "$(installed_version postfix)"
