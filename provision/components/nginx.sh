#!/bin/sh
# summary: web server, answers on port 80
# requires:
# after: php
# param: server_name= text name of the site; any name is answered when empty
# param: root=/var/www/html path directory of the pages
# deadline: 600

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

case $server_name$root in
*[\"\'\;\{\}\$\\]*) fail "server_name and root may not contain quotes, braces, dollar signs, semicolons or backslashes" ;;
esac

package_install nginx="$version"

# The site that comes with the package would answer in place of ours.
remove_config /etc/nginx/sites-enabled/default
if grep -Eq '^[[:space:]]*listen .*default_server' /etc/nginx/nginx.conf; then
	sed '/^[[:space:]]*listen /s/[[:space:]]*default_server//' /etc/nginx/nginx.conf |
		write_config /etc/nginx/nginx.conf 0644
fi

listen6=
[ ! -e /proc/net/if_inet6 ] || listen6='listen [::]:80 default_server;'
name=
[ -z "$server_name" ] || name="server_name $server_name;"

mkdir -p /etc/nginx/docloud.d
nginx_php
nginx_munin
nginx_awstats
write_config /etc/nginx/conf.d/docloud.conf 0644 <<END
# written by docloud; other components add their locations in docloud.d
server {
    listen 80 default_server;
    $listen6
    $name
    root "$root";
    index index.php index.html index.htm index.nginx-debian.html;

    location / {
        try_files \$uri \$uri/ =404;
    }

    include /etc/nginx/docloud.d/*.conf;
}
END

if [ ! -d "$root" ]; then
	mkdir -p "$root"
	if command -v selinuxenabled >/dev/null && selinuxenabled; then
		chcon -R -t httpd_sys_content_t "$root"
	fi
fi
if [ -z "$(find "$root" -maxdepth 1 -name 'index.*' | head -n 1)" ]; then
	printf '<!doctype html>\n<title>nginx</title>\n<p>nginx answers on this droplet.\n' >"$root/index.html"
fi

# A firewall of the system's own keeps the port shut; docloud's is told by its open_ports.
if systemctl -q is-active firewalld.service && ! firewall-cmd -q --query-service=http; then
	say "firewalld lets in http from now on"
	firewall-cmd -q --add-service=http
	firewall-cmd -q --permanent --add-service=http
fi
if [ -e /etc/ufw/ufw.conf ] && grep -qx 'ENABLED=yes' /etc/ufw/ufw.conf; then
	say "ufw lets in port 80: $(ufw allow 80/tcp 2>&1 | head -n 1)"
fi

nginx -t -q || fail "nginx refuses its configuration: see the log"
service_enable nginx.service
nginx_apply
# The statistics wait for a log; the rest of the time their timer makes them.
[ ! -e /etc/nginx/docloud.d/awstats.conf ] || [ -e /var/cache/awstats-docloud/index.html ] ||
	systemctl start --no-block awstats-docloud.service
version_is "$(installed_version nginx)"
