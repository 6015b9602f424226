# shellcheck shell=bash
# What tests/run and tests/try both begin with: the packages, then a build. To be sourced.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# packages GROUP…: the names of tests/packages in these groups.
packages() {
	local group
	for group; do
		sed -n "s/^$group://p" "$top/tests/packages"
	done
}

# missing_packages GROUP…: those that are not installed, a line each.
missing_packages() {
	local installed
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')
	packages "$@" | tr -s ' ' '\n' | sed '/^$/d' | sort -u | grep -vxF -e "$installed"
}

# install_packages LOG GROUP…: what is missing, if anything is. The package lists are only fetched then.
install_packages() {
	local log=$1 missing
	shift
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "installing ${#missing[@]} packages: ${missing[*]}"
	if [ "$(id -u)" -ne 0 ]; then
		echo "not root, so they cannot be installed here; as root: apt-get install ${missing[*]}" >&2
		return 1
	fi
	{
		apt-get update -q &&
			DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
	} >"$log" 2>&1 </dev/null && return 0
	tail -n 20 "$log" >&2
	echo "apt-get failed; its output is in $log" >&2
	return 1
}

# build_in DIR OPTION…: configure with these meson options unless that is done, and compile.
# A directory that was configured for another checkout (a copied tree) is made anew.
build_in() {
	local dir=$1 log=$1.log
	shift
	mkdir -p "$(dirname "$dir")"
	if [ "$(jq -r .directories.source "$dir/meson-info/meson-info.json" 2>/dev/null)" != "$top" ]; then
		rm -rf "$dir"
		meson setup "$dir" "$top" "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }
	fi
	ninja -C "$dir" >"$log" 2>&1 && return 0
	grep -A 12 -E '(error|FAILED): ' "$log" >&2 || tail -n 20 "$log" >&2
	echo "the build in $dir failed; its output is in $log" >&2
	return 1
}

# built DIR NAME: the path of a program that was built in DIR.
built() {
	find "$1" -name "$2" -type f -perm -u+x -print -quit 2>/dev/null
}
