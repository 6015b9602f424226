#!/bin/sh
# summary: graphs of this droplet's load, drawn every five minutes; under /munin/ where nginx is
# requires:
# after: nginx postfix mysql memcached
# param: allow= list addresses (or networks) of masters elsewhere that may ask this node
# deadline: 600

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

case $allow in
*[!0-9a-fA-F.:/,]*) fail "allow is a list of addresses with commas between them" ;;
esac
four=
six=
helper=
for address in $(printf '%s\n' "$allow" | tr ',' ' '); do
	case $address in
	*:*)
		printf '%s\n' "$address" | grep -Eq '^[0-9a-fA-F:.]{2,45}(/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?$' ||
			fail "allow: $address is not an address"
		six="$six${six:+, }$address"
		;;
	*)
		byte='([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])'
		printf '%s\n' "$address" | grep -Eq "^$byte(\\.$byte){3}(/([0-9]|[12][0-9]|3[0-2]))?\$" ||
			fail "allow: $address is not an address"
		four="$four${four:+, }$address"
		;;
	esac
	case $address in
	*/*) helper='apt:libnet-cidr-perl dnf:perl-Net-CIDR' ;;
	esac
done

# The node starts as soon as it is unpacked, and would listen to everyone: so its configuration is there first.
logs=/var/log/munin
[ $family != dnf ] || logs=/var/log/munin-node
{
	cat <<-END
		# written by docloud
		log_level 4
		log_file $logs/munin-node.log
		pid_file /run/munin/munin-node.pid
		background 1
		setsid 1
		user root
		group root
		ignore_file [\\#~]\$
		ignore_file \\.bak\$
		ignore_file \\.dpkg-(tmp|new|old|dist)\$
		ignore_file \\.rpm(save|new)\$
		ignore_file \\.pod\$
		port 4949
		host $([ -n "$allow" ] && echo '*' || echo 127.0.0.1)
		allow ^127\\.0\\.0\\.1\$
	END
	printf '%s\n' "$allow" | tr ',' '\n' | sed -n -e '/\//{s/^/cidr_allow /p;d;}' -e 's/\./\\./g; s/^..*/allow ^&$/p'
} | write_config /etc/munin/munin-node.conf 0644
# shellcheck disable=SC2086 # words
package_install munin-node="$version" munin="$version" dnf:munin-nginx="$version" $helper # or Apache comes with it
service_enable munin-node.service
service_apply restart munin-node.service

if [ -n "$allow" ]; then
	{
		[ -z "$four" ] || echo "ip saddr { $four } tcp dport 4949 accept"
		[ -z "$six" ] || echo "ip6 saddr { $six } tcp dport 4949 accept"
	} | firewall_allow munin
elif [ -e /etc/docloud/firewall.d/munin.nft ]; then
	echo '# nobody' | firewall_allow munin
fi

# --- the graphs

for unit in cron.service crond.service munin.timer; do
	! systemctl -q cat $unit >/dev/null 2>&1 || service_enable $unit
done
pages=/var/cache/munin/www
[ $family != dnf ] || pages=/var/www/html/munin
if [ -z "$(find $pages -name '*-day.png' 2>/dev/null | head -n 1)" ]; then
	say "drawing the first graphs"
	runuser -u munin -- /usr/bin/munin-cron || say "the first graphs are drawn in five minutes"
fi
nginx_munin
nginx_follow
version_is "$(installed_version munin)"
