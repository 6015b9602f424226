#!/bin/sh
# summary: statistics of the web server's visitors, renewed every five minutes; under /awstats/ where nginx is
# requires:
# after: nginx
# param: site= text name of the site; the droplet's when empty
# deadline: 300

# shellcheck disable=SC2154 # the parameters come with the prelude
[ "${1-}" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit; }
# shellcheck source=../remote/prelude.sh
. "${DOCLOUD_PRELUDE:-/var/lib/docloud/prelude}"

[ -n "$site" ] || site=$(uname -n)
case $site in
*[!A-Za-z0-9.-]* | [.-]*) fail "\"$site\" cannot be the name of a site" ;;
esac

package_install awstats="$version"

user=www-data
program=/usr/lib/cgi-bin/awstats.pl
if [ $family = dnf ]; then
	user=nginx
	program=/usr/share/awstats/wwwroot/cgi-bin/awstats.pl
fi

write_config /etc/awstats/awstats.docloud.conf 0644 <<END
# written by docloud
LogFile="/var/log/nginx/access.log"
LogType=W
LogFormat=1
SiteDomain="$site"
HostAliases="localhost 127.0.0.1"
DNSLookup=0
DirData="/var/lib/awstats-docloud"
DirIcons="/awstats/icon"
DirCgi="/awstats"
AllowToUpdateStatsFromBrowser=0
# A page is built for what is named here, whatever awstats itself takes for granted.
ShowDomainsStats=PHB
ShowHostsStats=PHBL
ShowRobotsStats=HBL
ShowPagesStats=PBEX
ShowDownloadsStats=HB
ShowOSStats=1
ShowBrowsersStats=1
ShowOriginStats=PH
ShowKeyphrasesStats=1
ShowKeywordsStats=1
ShowHTTPErrorsStats=1
END
# The package's own jobs look for a log that is not there, and may not read ours.
if [ $family = apt ]; then
	write_config /etc/default/awstats 0644 <<-'END'
		# written by docloud, whose timer does all this
		AWSTATS_ENABLE_CRONTABS="no"
	END
fi

# Not docloud-awstats: that is the unit this script runs as.
write_config /etc/systemd/system/awstats-docloud.service 0644 <<END
[Unit]
Description=docloud: statistics of nginx's visitors
ConditionPathExists=/var/log/nginx/access.log

[Service]
Type=oneshot
User=$user
$([ $family = dnf ] || echo SupplementaryGroups=adm)
Nice=10
StateDirectory=awstats-docloud
CacheDirectory=awstats-docloud
WorkingDirectory=/var/cache/awstats-docloud
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=full
ExecStartPre=/bin/mkdir -p next
ExecStart=/usr/share/awstats/tools/awstats_buildstaticpages.pl -config=docloud -update -awstatsprog=$program \\
	-dir=/var/cache/awstats-docloud/next
ExecStartPost=/bin/sh -c 'cp -f next/awstats.docloud.html next/index.html && mv -f next/* .'
END
write_config /etc/systemd/system/awstats-docloud.timer 0644 <<END
[Unit]
Description=docloud: statistics of nginx's visitors

[Timer]
OnCalendar=*:0/5

[Install]
WantedBy=timers.target
END
# What was asked for since the last run must be counted before the log begins anew.
if [ -d /etc/logrotate.d/httpd-prerotate ]; then
	write_config /etc/logrotate.d/httpd-prerotate/awstats-docloud 0755 <<-'END'
		#!/bin/sh
		systemctl start awstats-docloud.service
	END
fi
! due || systemctl daemon-reload
service_enable awstats-docloud.timer
service_apply restart awstats-docloud.timer
[ -e /var/cache/awstats-docloud/index.html ] || systemctl start awstats-docloud.service ||
	fail "the statistics cannot be made: see journalctl -u awstats-docloud"
nginx_awstats
nginx_follow
version_is "$(installed_version awstats)"
