#!/bin/sh
# summary: MySQL server (MariaDB where the system has that), on loopback only
# requires:
# param: database= name database to make
# param: user= name account that reaches this database and no other; named like it when empty
# param: password= secret password of this account; made on the droplet when empty
# deadline: 900
# check: [ -z "$database$user" ] || "$(command -v mariadb || command -v mysql)" -u root -e "SHOW GRANTS FOR '${user:-$database}'@localhost" "${database:-$user}"

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

: "${database:=$user}" "${user:=$database}"
case $database$user in
*[!A-Za-z0-9_]*) fail "database and user may have letters, digits and _ only" ;;
esac
[ ${#database} -le 64 ] || fail "the name of a database has at most 64 letters"
[ ${#user} -le 32 ] || fail "the name of a user has at most 32 letters"
case $user in
root | mysql | mariadb.sys) fail "$user is an account of the server itself; name another user" ;;
esac
case $database in
mysql | sys | information_schema | performance_schema) fail "$database is a database of the server itself; name another" ;;
esac

# --- the server. Debian has MariaDB under the name of default-mysql-server, Ubuntu MySQL.

server() {
	for package in mariadb-server mysql-server mysql-server-8.4 mysql-server-8.0; do
		! installed_version $package >/dev/null || { echo $package; return; }
	done
	[ $family != dnf ] || { echo mariadb-server; return; }
	apt-cache depends default-mysql-server 2>/dev/null | sed -n 's/^ *Depends: *//p' | head -n 1
}

if [ -z "$(server)" ]; then
	apt_update
	[ -n "$(server)" ] || fail "this system has no default-mysql-server"
fi
# Before the package, whose server starts as soon as it is unpacked. MariaDB's directory may be there beside MySQL, too,
# where a library of it came along; nobody reads it then.
case $family/$(server) in
dnf/*) directory=/etc/my.cnf.d ;;
*/mariadb*) directory=/etc/mysql/mariadb.conf.d ;;
*) directory=/etc/mysql/mysql.conf.d ;;
esac
# MySQL takes 400 MB as it comes. A droplet of 1 GB shows a little less than that.
small=
read -r _ kibibytes _ </proc/meminfo
[ "$kibibytes" -ge 786432 ] || small="
# as this droplet has little memory
performance_schema = OFF
innodb_buffer_pool_size = 64M"
write_config "$directory/zz-docloud.cnf" 0644 <<END
# written by docloud
[mysqld]
bind-address = 127.0.0.1
loose-mysqlx-bind-address = 127.0.0.1$small
END
package_install "$(server)=$version"

if systemctl cat mariadb.service >/dev/null 2>&1; then
	unit=mariadb.service
elif systemctl cat mysqld.service >/dev/null 2>&1; then
	unit=mysqld.service
else
	unit=mysql.service
fi
# A socket of its own would listen to everyone, whatever the server is told.
for socket in mariadb.socket mariadb-extra.socket; do
	case $(systemctl is-enabled $socket 2>/dev/null) in
	enabled | disabled) systemctl -q mask --now $socket ;;
	esac
done
service_enable $unit
service_apply restart $unit
php_with mysql

# --- accounts. Statements go in through a pipe: a command line can be read by everyone on the droplet.

client=$(command -v mariadb || command -v mysql) || fail "the server came without its client"

# root is who asks over the socket, or has no password on a server that was just installed, or one in /root/.my.cnf.
sql() {
	"$client" --batch --skip-column-names --user=root
}

echo 'SELECT 1;' | sql >/dev/null || fail "the server does not let root in over its socket"

surplus=$(sql <<-'END'
	SELECT CONCAT('DROP USER ', QUOTE(User), '@', QUOTE(Host), ';') FROM mysql.user
	WHERE User = '' OR User = 'root' AND Host <> 'localhost';
	SELECT CONCAT('DELETE FROM mysql.db WHERE Db = ', QUOTE(Db), '; FLUSH PRIVILEGES;') FROM mysql.db
	WHERE User = '' AND Db LIKE 'test%';
	SELECT 'DROP DATABASE test;' FROM information_schema.schemata WHERE schema_name = 'test'
	AND NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'test');
END
)
[ "$database" != test ] || surplus=$(printf '%s\n' "$surplus" | grep -v '^DROP DATABASE') || true
if [ -n "$surplus" ]; then
	printf '%s\n' "$surplus"
	printf '%s\n' "$surplus" | sql
fi

# Where root has no password, only the system's root may be root.
if printf 'SELECT 1;\n' | setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$client" --no-defaults --user=root >/dev/null 2>&1; then
	say "root of the server is the system's root alone"
	if [ $unit = mariadb.service ]; then
		echo "INSTALL SONAME 'auth_socket';" | sql 2>/dev/null || true
		echo "ALTER USER 'root'@'localhost' IDENTIFIED VIA unix_socket;" | sql
	else
		echo "INSTALL PLUGIN auth_socket SONAME 'auth_socket.so';" | sql 2>/dev/null || true
		echo "ALTER USER 'root'@'localhost' IDENTIFIED WITH auth_socket;" | sql
	fi
fi

if [ -n "$database" ]; then
	[ -n "$password" ] || password=$(secret "mysql-$user")

	# may: whether the account gets into its database with this password
	may() {
		printf 'SELECT 1;\n' | MYSQL_PWD=$password "$client" --no-defaults --user="$user" "$database" >/dev/null 2>&1
	}
	pattern=$(printf '%s\n' "$database" | sed 's/_/\\_/g') # in GRANT an underscore is any letter
	# beyond: prints something when the account may do more than that
	beyond() {
		sql <<-END
			SELECT 1 FROM information_schema.schema_privileges WHERE grantee = '''$user''@''localhost'''
			AND table_schema <> '$(printf '%s\n' "$pattern" | sed 's/\\/\\\\/g')' UNION
			SELECT 1 FROM information_schema.user_privileges WHERE grantee = '''$user''@''localhost'''
			AND privilege_type <> 'USAGE';
		END
	}
	if ! may || [ -n "$(beyond)" ]; then
		say "database $database, user $user"
		quoted=$(printf '%s\n' "$password" | sed "s/\\\\/\\\\\\\\/g; s/'/\\\\'/g")
		sql <<-END
			CREATE DATABASE IF NOT EXISTS \`$database\`;
			CREATE USER IF NOT EXISTS '$user'@'localhost' IDENTIFIED BY '$quoted';
			ALTER USER '$user'@'localhost' IDENTIFIED BY '$quoted';
			REVOKE ALL PRIVILEGES, GRANT OPTION FROM '$user'@'localhost';
			GRANT ALL PRIVILEGES ON \`$pattern\`.* TO '$user'@'localhost';
		END
		may || fail "user $user cannot reach database $database"
	fi
	output database "$database"
	output user "$user"
	output password "$password"
fi
version_is "$(installed_version "$(server)")"
