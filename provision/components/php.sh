#!/bin/sh
# summary: PHP for web pages (php-fpm), with extensions
# requires:
# after: mysql memcached
# param: extensions=gd,imap,mcrypt,mysql list extensions to load; those of mysql and memcached also come with these
# param: timezone= text time zone of dates in pages, such as Asia/Kolkata; UTC when empty
# param: ini= list settings of php.ini: memory_limit:256M,upload_max_filesize:20M
# deadline: 600

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

case $extensions in
*[!a-z0-9_,]*) fail "extensions are names of a-z, 0-9 and _ with commas between them" ;;
esac
case $timezone in
*[!A-Za-z0-9_+/-]* | /*) fail "there is no time zone $timezone" ;;
esac

# Quotes keep a path or an address whole; On, E_ALL&~E_NOTICE and the like only count without.
settings=$(printf '%s\n' "$ini" | tr ',' '\n' | while IFS= read -r setting; do
	key=${setting%%:*}
	value=${setting#*:}
	case $setting in
	'') continue ;;
	cgi.fix_pathinfo:*) fail "cgi.fix_pathinfo stays 0: with anything else, uploads can be run as programs" ;;
	*:*) ;;
	*) fail "ini: \"$setting\" is not KEY:VALUE" ;;
	esac
	case $key in
	[!A-Za-z]* | *[!A-Za-z0-9_.]* | '') fail "ini: \"$key\" cannot be the name of a setting" ;;
	esac
	case $value in
	*[!A-Za-z0-9_.:/@%+=\&\|~^-]*) fail "ini: the value of $key has letters, digits and _ . : / @ % + = & | ~ ^ - only" ;;
	*[:/@%+=^]*) printf '%s = "%s"\n' "$key" "$value" ;;
	*) printf '%s = %s\n' "$key" "$value" ;;
	esac
done) || exit 1

# --- packages. php-fpm is a name that stands for the one of the system's version.

server() {
	[ $family != dnf ] || { echo php-fpm; return; }
	apt-cache depends php-fpm 2>/dev/null | sed -n 's/^ *Depends: *//p' | head -n 1
}

if [ -z "$(server)" ]; then
	apt_update
	[ -n "$(server)" ] || fail "this system has no php-fpm"
fi

# package_of EXTENSION: of a name that only stands for another package (php-dom), that of the server's own version
package_of() {
	package=$(php_package "$1")
	provider=
	if [ $family = apt ] && ! installed_version "$package" >/dev/null && ! package_available "$package" >&2; then
		stem=$(server)
		provider=$(apt-cache showpkg "$(printf '%s\n' "$package" | tr _ -)" 2>/dev/null |
			sed -n "/^Reverse Provides:/,\$ s/^\(${stem%-fpm}-[a-z0-9-]*\) .*/\1/p" | head -n 1)
	fi
	printf '%s\n' "${provider:-$package}"
}

# loads EXTENSION: the server that is here has it, wherever from
loads() {
	unit=$(php_unit) || return 1
	program=php-fpm$(printf '%s\n' "$unit" | sed -n 's/^php\([0-9.]*\)-fpm\.service$/\1/p')
	$program -m 2>/dev/null | grep -qixE "(zend )?$1"
}

packages=
lacking=
for extension in $(printf '%s\n' "$extensions" | tr ',' ' '); do
	case $extension in
	calendar | ctype | date | exif | fileinfo | filter | ftp | gettext | hash | iconv | json | openssl | pcre | pdo | phar | session | sockets | tokenizer | zlib) continue ;;
	esac
	package=$(package_of "$extension")
	if installed_version "$package" >/dev/null || package_available "$package"; then
		case " $packages " in *" $package "*) ;; *) packages="$packages $package" ;; esac
	elif ! loads "$extension"; then
		lacking="$lacking $extension"
	fi
done
if [ -n "$lacking" ]; then
	# Nobody asked for what is there by default.
	[ "$extensions" = gd,imap,mcrypt,mysql ] ||
		fail "this system's package archive lacks PHP's$lacking: leave it out of extensions=, or add a package source that has it"
	say "php goes without$lacking: this system's package archive lacks it"
fi

# others EXTENSION PROGRAM...: what comes with a server that is here, also when it was not asked for
others() {
	package=$(php_package "$1")
	shift
	for program; do
		if [ -x "$program" ]; then
			case " $packages " in *" $package "*) return ;; esac
			! package_available "$package" || packages="$packages $package"
			return
		fi
	done
}
others memcached /usr/bin/memcached
others mysql /usr/sbin/mariadbd /usr/sbin/mysqld /usr/libexec/mariadbd /usr/libexec/mysqld

# shellcheck disable=SC2086 # words
package_install "$(server)=$version" $packages
unit=$(php_unit) || fail "$(server) came without its service"
[ -z "$timezone" ] || [ -f "/usr/share/zoneinfo/$timezone" ] || fail "there is no time zone $timezone"

# --- settings

{
	echo '; written by docloud'
	[ -z "$timezone" ] || echo "date.timezone = $timezone"
	[ -z "$settings" ] || printf '%s\n' "$settings"
	echo 'cgi.fix_pathinfo = 0'
} | write_config "$(php_ini)/99-docloud.ini" 0644
service_enable "$unit"
service_apply restart "$unit"

for extension in $(printf '%s\n' "$extensions" | tr ',' ' '); do
	case " $lacking " in *" $extension "*) continue ;; esac
	[ "$extension" != mysql ] || extension=mysqli
	loads "$extension" || fail "php-fpm does not load $extension: see $program -m"
done

nginx_php
nginx_follow
version_is "$(installed_version "$(server)")"
