#!/usr/bin/env bash
# host VERB ARGUMENTS: the hosts behind the sandbox's droplets, as systemd-nspawn containers.
#
# docloud-sandbox (hosts.c) calls this; a person who finds leftovers may, too. Everything that a
# sandbox makes outside of its own memory is named in its record, RUN = /run/docloud-sandbox/*,
# whose file `lock` it holds locked: what the record of a dead one names is cleaned up by the next.
#
#   check                  say what is missing on this machine
#   base                   make the base image unless it is there; print its path
#   up RUN DISKS           clean up after the dead, make base, bridge and NAT; print the network's number
#   run RUN ID SLOT NAME   the life of a host, from power on to power off; the seed is in RUN/hosts/ID
#   machine HOST OPTION... for run: one boot of it, by systemd-nspawn with these options
#   stop RUN ID            pull its plug
#   shutdown|reboot RUN ID press its button
#   wipe RUN ID            throw its disk away
#   down RUN               stop all hosts, remove bridge, NAT and mounts
set -euo pipefail

RECORDS=/run/docloud-sandbox
LIBRARY=/var/lib/docloud-sandbox
SUITE=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
PACKAGES=systemd,systemd-sysv,dbus,openssh-server,cloud-init,python3,iproute2,ca-certificates,locales
PACKAGES+=,sudo,procps,iputils-ping,netbase,curl,less

say() {
	echo "docloud-sandbox: $*" >&2
}

check() {
	local missing=() tool
	local -A package=([mmdebstrap]=mmdebstrap [systemd-nspawn]=systemd-container [nft]=nftables
		[ip]=iproute2 [flock]=util-linux [unshare]=util-linux [mount]=mount [systemctl]=systemd)

	[ "$(id -u)" = 0 ] || {
		say '--hosts=containers needs root'
		return 1
	}
	for tool in mmdebstrap systemd-nspawn systemctl nft ip flock unshare mount; do
		command -v "$tool" >/dev/null || missing+=("${package[$tool]}")
	done
	[ ${#missing[@]} = 0 ] || {
		say "--hosts=containers needs what is not installed here: apt-get install ${missing[*]}"
		return 1
	}
	grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || {
		say '--hosts=containers needs the overlay file system, which this kernel lacks'
		return 1
	}
}

# The machine's own sources of this suite, and no others: what cannot be fetched breaks apt-get update.
apt_sources() {
	local file

	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
		[ -f "$file" ] && grep -Eq "(^|[[:space:]])$SUITE([[:space:]/-]|\$)" "$file" && echo "$file"
	done
	return 0
}

# The machine's own way to the archive: proxies and what it tolerates.
apt_options() {
	apt-config dump 2>/dev/null | grep -E '^(Acquire::(https?|ftp|Retries|Check|Force|Languages))' || true
}

resolvers() {
	if grep -q '^nameserver 127\.' /etc/resolv.conf && [ -s /run/systemd/resolve/resolv.conf ]; then
		cat /run/systemd/resolve/resolv.conf
	else
		cat /etc/resolv.conf
	fi
}

# What makes a Debian a droplet that boots quickly: a static network that nothing waits for, cloud-init
# with only the seed to look for, no chores in the background, and none of this machine's identity.
base_settle() {
	local root=$1 unit

	rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
	echo uninitialized >"$root/etc/machine-id"
	echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/sandbox"
	echo 'LANG=C.UTF-8' >"$root/etc/default/locale"
	mkdir -p "$root/etc/systemd/journald.conf.d" "$root/etc/ssh/sshd_config.d"
	printf '[Journal]\nStorage=volatile\n' >"$root/etc/systemd/journald.conf.d/sandbox.conf"
	# Fifty connections at once are nothing unusual here.
	printf 'UseDNS no\nMaxStartups 100:30:200\n' >"$root/etc/ssh/sshd_config.d/sandbox.conf"
	for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
		fstrim.timer systemd-networkd-wait-online.service console-getty.service \
		systemd-resolved.service systemd-timesyncd.service cloud-init-hotplugd.socket \
		e2scrub_reap.service getty@tty1.service systemd-firstboot.service \
		systemd-machine-id-commit.service systemd-update-utmp.service \
		systemd-update-utmp-runlevel.service systemd-journal-flush.service; do
		ln -sfn /dev/null "$root/etc/systemd/system/$unit"
	done
	systemctl --root="$root" enable -q systemd-networkd.service ssh.service
	mkdir -p "$root/etc/cloud/cloud.cfg.d"
	cat >"$root/etc/cloud/cloud.cfg.d/99-sandbox.cfg" <<-'END'
		datasource_list: [NoCloud, None]
		network: {config: disabled}
		disable_root: false
		users: []
		locale: C.UTF-8
		apt: {preserve_sources_list: true}
		ssh_genkeytypes: [ed25519]
		no_ssh_fingerprints: true
		cloud_init_modules: [bootcmd, write_files, set_hostname, update_hostname, users_groups, ssh]
		cloud_config_modules: [locale, set_passwords, ntp, timezone, runcmd]
		cloud_final_modules: [package_update_upgrade_install, write_files_deferred,
		  scripts_vendor, scripts_per_once, scripts_per_boot, scripts_per_instance, scripts_user,
		  final_message, power_state_change]
	END
}

# The older cloud-init is started four times at a boot, and reading all its Python is most of what it does.
# Two runs do the four stages' work here: before sshd, and after the network is up.
base_merge_stages() {
	local root=$1 stage

	[ -f "$root/lib/systemd/system/cloud-init-main.service" ] && return 0
	mkdir -p "$root/usr/lib/docloud-sandbox"
	cat >"$root/usr/lib/docloud-sandbox/cloud-init-stages" <<-'END'
		#!/usr/bin/python3
		import sys
		from cloudinit.cmd.main import main
		sys.exit(max(main(["cloud-init"] + stage.split()) or 0 for stage in sys.argv[1:]))
	END
	chmod 755 "$root/usr/lib/docloud-sandbox/cloud-init-stages"
	for stage in "cloud-init:'init --local' init" "cloud-final:'modules --mode=config' 'modules --mode=final'"; do
		mkdir -p "$root/etc/systemd/system/${stage%%:*}.service.d"
		cat >"$root/etc/systemd/system/${stage%%:*}.service.d/sandbox.conf" <<-END
			[Service]
			ExecStart=
			ExecStart=/usr/lib/docloud-sandbox/cloud-init-stages ${stage#*:}
		END
	done
	ln -sfn /dev/null "$root/etc/systemd/system/cloud-init-local.service"
	ln -sfn /dev/null "$root/etc/systemd/system/cloud-config.service"
}

base_update() {
	local root=$1

	resolvers >"$root/etc/resolv.conf"
	# Cached lists make the first apt-get of a host quick; a host may still ask anew.
	chroot "$root" apt-get -qq update >&2 || say 'apt-get update failed in the base image'
	touch "$root/etc/docloud-sandbox-updated"
}

base_make() {
	local target=$1 work source option
	local sources=() options=()

	say "making the base image of $SUITE in $target (once; half a minute or more)"
	work=$(mktemp -d "$LIBRARY/making.XXXXXX")
	mapfile -t sources < <(apt_sources)
	while read -r option; do
		[ -z "$option" ] || options+=(--aptopt="${option%;}")
	done < <(apt_options)
	mmdebstrap --variant=minbase --include="$PACKAGES" "${options[@]}" --quiet \
		"$SUITE" "$work/root" "${sources[@]}" >"$work/log" 2>&1 </dev/null || {
		tail -5 "$work/log" >&2
		say 'mmdebstrap failed'
		rm -rf "$work"
		return 1
	}
	# Without any of the machine's, those that mmdebstrap chose stay.
	[ ${#sources[@]} = 0 ] ||
		rm -f "$work/root/etc/apt/sources.list" "$work/root"/etc/apt/sources.list.d/*
	for source in "${sources[@]}"; do
		cp "$source" "$work/root/etc/apt/sources.list.d/"
	done
	if [ -d /etc/apt/keyrings ]; then
		cp -a /etc/apt/keyrings "$work/root/etc/apt/"
	fi
	base_settle "$work/root"
	base_merge_stages "$work/root"
	base_update "$work/root"
	mv "$work/root" "$target"
	rm -rf "$work"
}

# The base image is versioned by its recipe; overlays on an older one keep what they stand on.
base() {
	local target fd

	target=$LIBRARY/base-$SUITE-$({
		echo "$PACKAGES"
		declare -f base_make base_settle base_merge_stages
	} | sha256sum | cut -c1-12)
	mkdir -p "$LIBRARY"
	exec {fd}>"$LIBRARY/lock"
	flock "$fd"
	[ -d "$target" ] || {
		rm -rf "$LIBRARY"/making.*
		base_make "$target" || return 1
	}
	# The lists grow old. A running host's view of them may change below it: apt reads them anew.
	[ -z "$(find "$target/etc/docloud-sandbox-updated" -mtime +0 2>/dev/null)" ] ||
		[ -n "$(find "$RECORDS" -mindepth 2 -maxdepth 2 -name config 2>/dev/null)" ] ||
		base_update "$target"
	exec {fd}>&-
	echo "$target"
}

# A process as something that can be recognised later: its number and when it was started.
process() {
	local stat

	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	stat=${stat##*) }
	# shellcheck disable=SC2086 # into words
	set -- "$1" $stat
	echo "$1 ${21}"
}

# The number of the process that a file describes, when that very process is still there.
process_of() {
	local pid

	pid=$(cut -d' ' -f1 "$1" 2>/dev/null) || return 1
	[ -n "$pid" ] && [ "$(process "$pid")" = "$(cat "$1")" ] && echo "$pid"
}

# The first process of a container: what its machine thinks is process 1.
leader() {
	local nspawn pid _

	# One that has just been switched on has none yet.
	for _ in $(seq 50); do
		nspawn=$(process_of "$1/nspawn") || return 1
		read -r pid _ <"/proc/$nspawn/task/$nspawn/children" || true
		[ -z "$pid" ] || break
		sleep 0.1
	done
	[ -n "$pid" ] && echo "$pid"
}

# Kills all that is in the control groups of a record's hosts. The end of systemd-nspawn alone is not the end
# of what it runs; the groups are the hosts' own, so that whatever is in them is too.
kill_hosts() {
	local run=$1 host pid group groups=() slow=() _

	for host in "$run"/hosts/*; do
		if [ -f "$host/cgroups" ]; then
			mapfile -t -O ${#groups[@]} groups <"$host/cgroups"
		elif pid=$(process_of "$host/runner"); then
			kill -KILL "$pid" 2>/dev/null || true
		fi
	done
	for group in "${groups[@]}"; do
		if [ -f "$group/cgroup.kill" ]; then
			echo 1 >"$group/cgroup.kill"
		elif [ -d "$group" ]; then
			slow+=("$group")
		fi
	done
	for _ in 1 2 3; do
		[ ${#slow[@]} -gt 0 ] || break
		find "${slow[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u |
			xargs -r kill -KILL 2>/dev/null || break
	done
	remove_groups "${groups[@]}"
}

# Removes control groups, which takes until the last process is gone from them.
remove_groups() {
	local left=("$@") group _

	for _ in $(seq 20); do
		set -- "${left[@]}"
		left=()
		for group; do
			[ ! -d "$group" ] || left+=("$group")
		done
		[ ${#left[@]} -gt 0 ] || return 0
		find "${left[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.05
	done
}

unmount() {
	# The last of the container may take a moment to go.
	umount "$@" 2>/dev/null || umount -l "$@" 2>/dev/null || true
}

down() {
	local run=$1 host roots=() base='' disks='' bridge='' table='' forward='' kept=''

	[ -f "$run/config" ] || {
		rm -rf "$run"
		return 0
	}
	# shellcheck source=/dev/null # written by up()
	. "$run/config"
	kill_hosts "$run"
	for host in "$run"/hosts/*; do
		[ ! -d "$host" ] || roots+=("$disks/${host##*/}/root")
	done
	[ ${#roots[@]} = 0 ] || unmount "${roots[@]}"
	ip link delete "$bridge" 2>/dev/null || true
	nft delete table ip "$table" 2>/dev/null || true
	[ "$kept" = yes ] || rm -rf --one-file-system "$disks"
	rm -rf "$run"
	# The last one out turns forwarding off again, where it was off.
	if [ "$forward" = 0 ] && ! ls "$RECORDS"/*/config >/dev/null 2>&1; then
		echo 0 >/proc/sys/net/ipv4/ip_forward
	fi
}

clean_dead() {
	local run

	for run in "$RECORDS"/*; do
		[ -f "$run/lock" ] || continue
		if flock -n "$run/lock" true; then
			say "cleaning up after a sandbox that was killed (${run##*/})"
			down "$run"
		fi
	done
}

# A network that no other sandbox has: making the bridge is what takes it.
take_network() {
	local number links

	links=$(ip -o link)
	for number in $(seq 0 255); do
		# A host of one that was killed may still hold the name of its cable.
		[[ $links != *" vb-dc$number-"* ]] || continue
		ip link add "dcsb$number" type bridge 2>/dev/null || continue
		echo "$number"
		return 0
	done
	say 'all networks of 198.18.0.0/16 are taken by sandboxes'
	return 1
}

# All machines share root's inotify instances, and each takes several: the usual 128 are used up by the 26th.
inotify_instances() {
	local most=/proc/sys/fs/inotify/max_user_instances

	[ "$(cat "$most")" -ge 4096 ] || echo 4096 2>/dev/null >"$most" || true
}

up() {
	local run=$1 disks=$2 kept=$3 base number bridge mtu forward device

	clean_dead
	base=$(base) || return 1
	number=$(take_network) || return 1
	bridge=dcsb$number
	forward=$(cat /proc/sys/net/ipv4/ip_forward)
	cat >"$run/config" <<-END
		base=$base
		disks=$disks
		kept=$kept
		bridge=$bridge
		table=docloud_sandbox_$number
		number=$number
		forward=$forward
	END
	device=$(ip -o route show default | sed -n '1s/.* dev \([^ ]*\).*/\1/p')
	mtu=$(cat "/sys/class/net/${device:-lo}/mtu")
	[ "$mtu" -le 1500 ] || mtu=1500
	echo "mtu=$mtu" >>"$run/config"
	ip link set "$bridge" mtu "$mtu" up
	ip address add "198.18.$number.1/24" dev "$bridge"
	echo 1 >/proc/sys/net/ipv4/ip_forward
	inotify_instances
	nft -f - <<-END
		table ip docloud_sandbox_$number {
			chain postrouting {
				type nat hook postrouting priority srcnat
				ip saddr 198.18.$number.0/24 oifname != "$bridge" masquerade
			}
		}
	END
	mkdir -p "$run/hosts" "$disks"
	echo "$number"
}

disk_mount() {
	local disk=$1 base=$2

	mkdir -p "$disk/upper" "$disk/work" "$disk/root"
	# A kept disk goes on standing on the base that it was made on.
	[ -f "$disk/base" ] || echo "$base" >"$disk/base"
	base=$(cat "$disk/base")
	# Nothing here is worth an fsync, and package managers do thousands.
	rm -rf "$disk/work/work/incompat"
	mountpoint -q "$disk/root" ||
		mount -t overlay overlay \
			-o "lowerdir=$base,upperdir=$disk/upper,workdir=$disk/work,volatile" "$disk/root"
}

# Everything the machine must know before its first process runs.
disk_settle() {
	local root=$1 host=$2 number=$3 slot=$4 name=$5 mtu=$6 seed=$1/var/lib/cloud/seed/nocloud

	mkdir -p "$seed"
	cp "$host/meta-data" "$host/user-data" "$seed/"
	resolvers >"$root/etc/resolv.conf"
	[ -e "$root/etc/systemd/network/10-sandbox.network" ] || echo "$name" >"$root/etc/hostname"
	grep -q "^127.0.1.1" "$root/etc/hosts" 2>/dev/null ||
		printf '127.0.0.1 localhost\n127.0.1.1 %s %s\n::1 localhost\n' "$name" "${name%%.*}" \
			>"$root/etc/hosts"
	cat >"$root/etc/systemd/network/10-sandbox.network" <<-END
		[Match]
		Name=host0
		[Link]
		MTUBytes=$mtu
		[Network]
		Address=198.18.$number.$slot/24
		Gateway=198.18.$number.1
		LinkLocalAddressing=ipv6
	END
}

# A control group of the host's own in each hierarchy that systemd uses. Containers that are started from
# one and the same group share one below it, and one host's systemd then acts on another's services.
cgroup_enter() {
	local host=$1 name=$2 controller root group groups

	: >"$host/cgroups"
	groups=$(cat /proc/self/cgroup) # all at once: it changes below
	while IFS=: read -r _ controller group; do
		case $controller in
		'') root=/sys/fs/cgroup/unified ;;
		name=systemd) root=/sys/fs/cgroup/systemd ;;
		*) continue ;;
		esac
		[ -d "$root" ] || root=/sys/fs/cgroup
		group=$root${group%/}/$name
		[ -f "${group%/*}/cgroup.procs" ] || continue
		mkdir -p "$group"
		echo "$BASHPID" >"$group/cgroup.procs"
		echo "$group" >>"$host/cgroups"
	done <<<"$groups"
}

cgroup_leave() {
	local group groups

	mapfile -t groups <"$1/cgroups"
	for group in "${groups[@]}"; do
		echo "$BASHPID" >"${group%/*}/cgroup.procs"
	done
	remove_groups "${groups[@]}"
}

run() {
	local run=$1 id=$2 slot=$3 name=$4 host=$1/hosts/$2 disk root status=133
	local base='' disks='' bridge='' number='' mtu='' told=''

	# shellcheck source=/dev/null # written by up()
	. "$run/config"
	disk=$disks/$id root=$disks/$id/root
	process $$ >"$host/runner"
	disk_mount "$disk" "$base"
	disk_settle "$root" "$host" "$number" "$slot" "$name" "$mtu"
	cgroup_enter "$host" "docloud-sandbox-$number-$slot"
	# 133 is a machine that wants to be started again.
	while [ "$status" = 133 ]; do
		know_later_boot "$disk"
		unshare --mount --propagation private -- bash "$0" machine "$host" \
			-D "$root" --machine="dc$number-$slot" --hostname="$name" \
			--network-bridge="$bridge" >"$host/console" 2>&1 </dev/null 3>&- &
		until [ -s "$host/nspawn" ] || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
		# Said once; the other end is closed by the time of a second start.
		[ "$told" = yes ] || echo started >&3
		exec 3>&-
		told=yes
		status=0
		wait $! || status=$?
		rm -f "$host/nspawn"
	done
	cgroup_leave "$host"
	rm -f "$host/runner"
}

# systemd sets all units up by preset when it boots for the first time: only then. The service that would note the
# machine's identity waits for half of the boot and is masked.
know_later_boot() {
	local id=$1/root/etc/machine-id

	if [ -e "$1/booted" ] && grep -qs uninitialized "$id"; then
		tr -d - </proc/sys/kernel/random/uuid >"$id"
	fi
	: >"$1/booted"
}

# A machine holds on to every mount there was when it started, as long as it runs, and a FUSE filesystem that
# somebody holds does not end when it is unmounted. In a namespace of its own it has none of them.
machine() {
	local host=$1 type='' point='' rest='' mounts
	shift

	mounts=$(cat /proc/self/mountinfo) # all at once: it gets shorter below, and a reader's place in it moves
	while read -r _ _ _ _ point _ rest; do
		type=${rest#*- }
		[[ $type != fuse* || $type == fusectl* ]] || umount -l -c "$(printf '%b' "$point")"
	done <<<"$mounts"
	process $$ >"$host/nspawn"
	exec systemd-nspawn --quiet --register=no --keep-unit --boot --resolv-conf=off --timezone=off \
		--link-journal=no --console=read-only "$@"
}

stop() {
	local pid

	# Without its first process nothing of the machine is left, and systemd-nspawn ends by itself.
	pid=$(leader "$1/hosts/$2") && kill -KILL "$pid"
}

# systemd as process 1 takes these signals for its buttons.
shutdown() {
	local pid

	pid=$(leader "$1/hosts/$2") && kill -s RTMIN+4 "$pid"
}

reboot() {
	local pid

	pid=$(leader "$1/hosts/$2") && kill -s RTMIN+5 "$pid"
}

wipe() {
	local run=$1 id=$2 disks=''

	# shellcheck source=/dev/null # written by up()
	. "$run/config"
	unmount "$disks/$id/root"
	rm -rf --one-file-system "${disks:?}/$id"
}

case ${1-} in
check | base | up | run | machine | stop | shutdown | reboot | wipe | down)
	"$@"
	;;
*)
	sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0" >&2
	exit 2
	;;
esac
