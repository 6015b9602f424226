#!/bin/sh
# summary: APCu, PHP's cache in shared memory
# requires: php
# param: memory=64M size shared memory of the cache
# deadline: 300

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

case $memory in
*[!0-9KMGTkmgt]* | [!1-9]* | '' | *[KMGTkmgt]?*) fail "memory is a size, such as 64M" ;;
*[Kk]) megabytes=$((${memory%?} / 1024)) ;;
*[Mm]) megabytes=${memory%?} ;;
*[Gg]) megabytes=$((${memory%?} * 1024)) ;;
*[Tt]) megabytes=$((${memory%?} * 1048576)) ;;
*) megabytes=$((memory / 1048576)) ;;
esac
[ "$megabytes" -ge 1 ] || fail "memory is at least 1M"
memory_at_most "$megabytes"

package=$(php_package apcu)
package_install "$package=$version"
unit=$(php_unit) || fail "there is no php-fpm"
write_config "$(php_ini)/99-docloud-apc.ini" 0644 <<END
; written by docloud
apc.enabled = 1
apc.shm_size = ${megabytes}M
END
service_enable "$unit"
service_apply restart "$unit"
version_is "$(installed_version "$package")"
