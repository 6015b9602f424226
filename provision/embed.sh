#!/bin/sh
# embed.sh OUTPUT FILE...: the scripts as rows of a C table, {"DIRECTORY", "NAME", "text"}.
set -eu
output=$1
shift
for file; do
	directory=$(dirname "$file")
	printf '{"%s", "%s",\n' "$(basename "$directory")" "$(basename "$file" .sh)"
	sed 's/[\\"]/\\&/g; s/^/"/; s/$/\\n"/' "$file"
	printf '},\n'
done >"$output"
