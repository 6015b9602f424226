# shellcheck shell=bash
# What the tests share that put an install's payload together themselves, as docloud does it, and look at real hosts of
# the sandbox from outside. To be sourced in place of tests/lib.sh.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require root systemd-nspawn nft ip jq
trap conclude EXIT
# The last line, after lib.sh's own end; a test that did not come to its end has failed.
conclude() {
	local status=$? host
	for host in "$WORK"/hosts/*.ip; do
		[ ! -e "$host" ] || hang_up "$(basename "$host" .ip)"
	done
	cleanup
	[ "$status" -eq 0 ] || [ "$failures" -gt 0 ] || failures=1 checks=$((checks + 1))
	echo "# $((checks - failures)) passed, $failures failed"
}
# fails DESCRIPTION COMMAND…
fails() {
	if "${@:2}" >"$WORK/stdout" 2>&1; then fail "$1" "command: ${*:2}"$'\n'"expected: failure"$'\n'"seen: $(tail -n 5 "$WORK/stdout")"; else pass "$1"; fi
}
# less DESCRIPTION NUMBER LIMIT
less() {
	if [ "$2" -lt "$3" ]; then pass "$1 ($2)"; else fail "$1" "expected: less than $3"$'\n'"seen: $2"; fi
}
remote=$top/provision/remote
state=/var/lib/docloud
mkdir -p "$WORK/own" "$WORK/hosts"

### hosts

# boot NAME [USER DATA]: a droplet with docloud's tag, and wait for its first login. Its birth key is the one that is
# trusted.
boot() {
	local birth=$WORK/hosts/$1.birth boundary=3f1d id
	ssh-keygen -q -t ed25519 -N '' -C birth -f "$birth"
	jq -n --arg name "$1" --arg data "Content-Type: multipart/mixed; boundary=\"$boundary\"
MIME-Version: 1.0

--$boundary
Content-Type: text/cloud-config

$(cloud_config "$birth")
${2:+--$boundary
Content-Type: text/x-shellscript

$2
}--$boundary--
" '{name: $name, region: "sgp1", size: "s-1vcpu-2gb", image: "debian-12-x64", tags: ["docloud"], user_data: $data}' >"$WORK/body"
	id=$(api POST /v2/droplets "@$WORK/body" | jq .droplet.id) || bail "no droplet $1"
	has_address() {
		address=$(api GET "/v2/droplets/$id" | jq -r '[.droplet.networks.v4[] | select(.type == "public")][0].ip_address // empty')
		[ -n "$address" ]
	}
	within 20 has_address || bail "droplet $1 has no address"
	echo "$address" >"$WORK/hosts/$1.ip"
	trust "$1" "$(cat "$birth.pub")"
	within 60 on "$1" true || bail "no login on $1: $(cat "$WORK/stderr")"
}
cloud_config() {
	echo '#cloud-config'
	echo 'ssh_keys:'
	echo '  ed25519_private: |'
	sed 's/^/    /' "$1"
	echo "  ed25519_public: $(cat "$1.pub")"
	echo 'ssh_authorized_keys:'
	echo "- $(cat "$WORK/id.pub")"
}
ip_of() {
	cat "$WORK/hosts/$1.ip"
}
# trust NAME KEY: the one host key that is accepted from now on
trust() {
	hang_up "$1"
	echo "$(ip_of "$1") $(cut -d' ' -f1,2 <<<"$2")" >"$WORK/hosts/$1.known"
}
# login NAME USER KEY [ssh OPTION…] COMMAND: by a connection of its own
login() {
	ssh -F none -i "$3" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=yes \
		-o UserKnownHostsFile="$WORK/hosts/$1.known" -o LogLevel=ERROR "$2@$(ip_of "$1")" "${@:4}"
}
# root NAME [ssh OPTION…] COMMAND: by a connection that is kept, as each takes a third of a second
root() {
	login "$1" root "$WORK/id" -o ControlMaster=auto -o ControlPath="$WORK/hosts/$1.ctl" -o ControlPersist=60 \
		-o ServerAliveInterval=5 -o ServerAliveCountMax=2 "${@:2}"
}
# hang_up NAME: what comes next connects anew
hang_up() {
	[ ! -e "$WORK/hosts/$1.ctl" ] || ssh -F none -o ControlPath="$WORK/hosts/$1.ctl" -O exit "$1" 2>/dev/null || true
}
# on NAME COMMAND: as root, with stdin
on() {
	root "$@" <<<"${input-}"
}
# feed NAME COMMAND <INPUT
feed() {
	root "$@"
}
restart() {
	local before
	before=$(on "$1" cat /proc/sys/kernel/random/boot_id)
	on "$1" 'systemctl reboot' 2>/dev/null
	hang_up "$1"
	back() {
		local id
		id=$(on "$1" cat /proc/sys/kernel/random/boot_id) && [ "$id" != "$before" ]
	}
	within 60 back "$1" || fail "$1 comes back from a restart" "$(cat "$WORK/stderr")"
}
now() {
	echo $((${EPOCHREALTIME//[.,]/} / 1000))
}
# answers HOST PORT: a connection is accepted
answers() {
	timeout 2 bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null
}
# scan HOST: the open ports among the first 1100 and those of well-known services
scan() {
	python3 - "$1" <<-'END'
		import asyncio, sys
		async def probe(port, few):
		    try:
		        async with few:
		            _, writer = await asyncio.wait_for(asyncio.open_connection(sys.argv[1], port), 2)
		    except OSError:
		        return None
		    writer.close()
		    return port
		async def scan(ports, few=asyncio.Semaphore(600)):
		    print(*filter(None, await asyncio.gather(*(probe(port, few) for port in ports))))
		asyncio.run(scan([*range(1, 1101), 1433, 2049, 3306, 4949, 5432, 6379, 8000, 8080, 8443, 9000, 9090, 11211, 27017, 33060]))
	END
}

### the payload, as provision/payload.c makes it

declare -A values=()
ssh_public_keys=''
implied=' ' # names with blanks around them: of those that nobody wrote

# component NAME REQUIRES DEADLINE BODY: one of this test's own
component() {
	printf '#!/bin/sh\n# summary: of a test\n# requires: %s\n# deadline: %s\n\n%s\n' "$2" "$3" "$4" >"$WORK/own/$1.sh"
}
script_of() {
	if [ -e "$WORK/own/$1.sh" ]; then echo "$WORK/own/$1.sh"; else echo "$top/provision/components/$1.sh"; fi
}
header() {
	sed -n "2,/^\$/s/^# $2: *//p" "$(script_of "$1")"
}
# quoted TEXT: for sh
quoted() {
	printf "'%s'\n" "${1//\'/\'\\\'\'}"
}
# assignments NAME: its parameters, as values[NAME] (name=value lines) has them or by default
assignments() {
	local line name
	local -A value=()
	while read -r line _; do value[${line%%=*}]=${line#*=}; done < <(header "$1" param)
	value[version]=''
	while IFS= read -r line; do [ -z "$line" ] || value[${line%%=*}]=${line#*=}; done <<<"${values[$1]-}"
	value[ssh_public_keys]=$ssh_public_keys
	for name in $(printf '%s\n' "${!value[@]}" | sort); do
		echo "$name=$(quoted "${value[$name]}")"
	done
}
put() {
	local text
	text=$(cat && echo .) text=${text%.}
	printf 'put %s ' "$1" && quoted "$text"
}
plan() {
	local name requires
	for name; do
		requires=$(header "$name" requires)
		echo "$name $({ cat "$(script_of "$name")"; assignments "$name"; } | sha256sum | head -c 16)" \
			"${requires:--} $(header "$name" deadline)$([[ $implied != *" $name "* ]] || echo ' implied')"
	done
}
# payload RUN NAME…
payload() {
	local run=$1 name
	shift
	cat "$remote/unpack.sh"
	put runner <"$remote/runner.sh"
	put follow <"$remote/follow.sh"
	put prelude <"$remote/prelude.sh"
	for name; do
		put "components/$name.sh" <"$(script_of "$name")"
		assignments "$name" | put "components/$name.env"
	done
	printf '%s\n' "$@" | put stack
	{ echo "run $run"; plan "$@"; } | put plan
	echo start
}
# start HOST NAME…: sends it; offset is where the new run's journal begins
start() {
	local host=$1
	shift
	offset=$(on "$host" "stat -c %s $state/events 2>/dev/null || echo 0")
	payload "$(now)" "$@" | feed "$host" 'sh -s'
}
# install HOST NAME…: and follows it to its end; the new run's journal is in $WORK/HOST.events
install() {
	start "$@" || return
	on "$1" "sh $state/follow $offset" >"$WORK/$1.events"
}
# got HOST NAME KEY: the values of these records; ended HOST: `NAME=STATE …`
got() {
	awk -v name="$2" -v key="$3" '$2 == name && $3 == key { sub(/^[^ ]* [^ ]* [^ ]* ?/, ""); print }' "$WORK/$1.events"
}
ended() {
	awk '$3 == "state" { state[$2] = $4; if (!seen[$2]++) order[++n] = $2 }
		END { for (i = 1; i <= n; i++) printf "%s%s=%s", (i > 1 ? " " : ""), order[i], state[order[i]] }' "$WORK/$1.events"
}
# settled_by HOST NAME…: the last run installed them all
settled_by() {
	local host=$1 expected
	shift
	expected=$(printf '%s=installed ' "$@")
	if [ "$(ended "$host")" = "${expected% }" ]; then
		pass "$host: installs $*"
	else
		fail "$host: installs $*" "seen: $(ended "$host")
$(awk '$3 == "reason"' "$WORK/$host.events")
$(tail -n 15 "$WORK/$host.events")"
	fi
}
# again HOST UNITS NAME…: the same once more, without what the runner remembers: nothing changes and nothing restarts
again() {
	local host=$1 units=$2 before after
	shift 2
	seen() { # a timer's state changes by itself, and what munin's timer draws
		on "$1" "systemctl show -p ActiveEnterTimestampMonotonic -p ExecMainStartTimestampMonotonic -p NRestarts $2
			systemctl show -p StateChangeTimestampMonotonic $(tr ' ' '\n' <<<"$2" | grep -v '\.timer$' | paste -sd' ')
			find /etc /home /root /var/www -xdev -path /var/www/html/munin -prune -o -newer /run/before -type f -print 2>/dev/null | grep -v -e '^/etc/mtab'"
	}
	on "$host" "rm -rf $state/results; sleep 1.1; touch /run/before"
	before=$(seen "$host" "$units")
	install "$host" "$@"
	settled_by "$host" "$@"
	after=$(seen "$host" "$units")
	is "$host: a second run of $* changes no file and restarts nothing" "$after" "$before"
	is "$host: and says so" "$(grep -E ' log (writing|removing|reload|restart|installing) ' "$WORK/$host.events")" ''
}

### what a tenant and the rest of the world find

browser='Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
# get HOST PATH: what a browser gets; follows redirects
get() {
	curl -s -L -m 10 -A "$browser" "http://$(ip_of "$1")$2"
}
# line TEXT NAME: the value of its NAME=VALUE line
line() {
	sed -n "s/^$2=//p" <<<"$1"
}
# put_page HOST PASSWORD: a page that uses all that was installed
put_page() {
	feed "$1" 'cat >/var/www/html/all.php' <<-END
		<?php
		header('Content-Type: text/plain');
		\$image = imagecreatetruecolor(10, 10);
		ob_start(); imagepng(\$image); \$png = ob_get_clean();
		echo "gd=", substr(\$png, 1, 3), "\n";
		if (function_exists('imap_rfc822_parse_adrlist'))
		    echo "imap=", imap_rfc822_parse_adrlist('alice@example.com', '')[0]->host, "\n";
		\$key = 'sixteen bytes key'; \$key = substr(\$key, 0, 16);
		\$box = mcrypt_encrypt(MCRYPT_RIJNDAEL_128, \$key, 'a secret', MCRYPT_MODE_CBC, \$key);
		echo "mcrypt=", rtrim(mcrypt_decrypt(MCRYPT_RIJNDAEL_128, \$key, \$box, MCRYPT_MODE_CBC, \$key), "\0"), "\n";
		echo "apcu=", apcu_inc('hits') > 1 ? 'hit' : 'miss', "\n";
		\$cache = new Memcached(); \$cache->addServer('127.0.0.1', 11211);
		\$cache->set('key', 'kept'); echo "memcached=", \$cache->get('key'), "\n";
		\$base = new mysqli('localhost', 'shop', '$2', 'shop');
		\$base->query('CREATE TABLE IF NOT EXISTS visit (a INT)'); \$base->query('INSERT INTO visit VALUES (1)');
		echo "mysql=", \$base->query('SELECT COUNT(*) FROM visit')->fetch_row()[0] > 0 ? 'rows' : '', "\n";
		foreach (['cgi.fix_pathinfo', 'date.timezone', 'memory_limit', 'apc.shm_size'] as \$name)
		    echo "\$name=", ini_get(\$name), "\n";
		echo "sapi=", PHP_SAPI, "\n";
	END
	on "$1" 'echo visited >/var/www/html/visited.html'
}
# mail HOST TOKEN HOW: a mail to alice, by the program or over SMTP on loopback
mail() {
	case $3 in
	program) input=$'Subject: test\n\n'"$2" on "$1" '/usr/sbin/sendmail alice' ;;
	smtp) on "$1" "python3 -c 'import smtplib; smtplib.SMTP(\"127.0.0.1\", 25, timeout=10).sendmail(\"bob@localhost\", [\"alice@localhost\"], \"Subject: test\\n\\n$2\\n\")'" ;;
	esac
}
arrived() {
	on "$1" "grep -c -F -e '$2' /var/mail/alice" | grep -qx 1
}
# listens HOST: the TCP ports that are open to other machines, whatever the firewall does
listens() {
	on "$1" ss -Hltnp | tee "$WORK/$1.listens" | awk '{ print $4 }' | grep -v -e '^127\.' -e '^\[::1\]' | sed 's/.*://' | sort -nu | paste -sd' '
}
node=localdomain/localhost.localdomain # as munin names the host's own
graph() {
	get "$1" /munin/$node/load-day.png >"$WORK/graph" && [ "$(head -c 4 "$WORK/graph" | tail -c 3)" = PNG ]
}
# counted HOST PATH
counted() {
	get "$1" /awstats/awstats.docloud.urldetail.html >"$WORK/urls" && grep -q -F -e "$2" "$WORK/urls"
}
# all_there HOST WHEN: all nine components do their job for who asks from outside; after put_page
all_there() {
	local page host=$1 when="$1, $2"
	page_answers() { [ -n "$(line "$(get "$host" /all.php)" sapi)" ]; }
	eventually 30 "$when: the page is there" page_answers
	page=$(get "$host" /all.php)
	is "$when: a page uses gd" "$(line "$page" gd)" PNG
	[ -z "${imap-}" ] || is "$when: imap" "$(line "$page" imap)" example.com
	is "$when: mcrypt" "$(line "$page" mcrypt)" 'a secret'
	is "$when: APCu, which it hits" "$(line "$page" apcu)" hit
	is "$when: memcached" "$(line "$page" memcached)" kept
	is "$when: and the tenant's database" "$(line "$page" mysql)" rows
	is "$when: cgi.fix_pathinfo is off" "$(line "$page" cgi.fix_pathinfo)" 0
	is "$when: settings count" "$(line "$page" date.timezone) $(line "$page" memory_limit) $(line "$page" apc.shm_size)" \
		'Asia/Kolkata 200M 48M'
	mail "$host" "token-$2" program
	eventually 20 "$when: mail to a local user arrives" arrived "$host" "token-$2"
	mail "$host" "smtp-$2" smtp
	eventually 20 "$when: also over SMTP" arrived "$host" "smtp-$2"
	like "$when: munin's pages are served" "$(get "$host" /munin/)" "${node#*/}"
	ok "$when: with graphs" graph "$host"
	like "$when: munin's node answers" "$(on "$host" 'printf "list\nquit\n" | timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/4949; cat >&3; cat <&3"')" 'load'
	get "$host" "/visited.html?$2" >/dev/null
	on "$host" "cp /var/www/html/visited.html /var/www/html/visited-${2// /-}.html"
	for _ in 1 2 3; do get "$host" "/visited-${2// /-}.html" >/dev/null; done
	is "$when: nothing else listens to the outside" "$(listens "$host")" '22 80'
	is "$when: a scan finds nothing else" "$(scan "$(ip_of "$host")")" '22 80'
}
