#!/bin/sh
# summary: memcached, on loopback only
# requires:
# param: memory=64 number megabytes of the cache
# deadline: 300

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

case $memory in
*[!0-9]* | 0* | '' | ?????????*) fail "memory is a number of megabytes" ;;
esac
memory_at_most "$memory"

package_install memcached="$version"

case $family in
apt)
	write_config /etc/memcached.conf 0644 <<-END
		# written by docloud
		-d
		-m $memory
		-p 11211
		-u memcache
		-l 127.0.0.1
		-U 0
		-P /var/run/memcached/memcached.pid
	END
	;;
dnf)
	write_config /etc/sysconfig/memcached 0644 <<-END
		# written by docloud
		PORT="11211"
		USER="memcached"
		MAXCONN="1024"
		CACHESIZE="$memory"
		OPTIONS="-l 127.0.0.1 -U 0"
	END
	;;
esac
service_enable memcached.service
service_apply restart memcached.service
php_with memcached
version_is "$(installed_version memcached)"
