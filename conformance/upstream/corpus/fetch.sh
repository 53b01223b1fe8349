#!/usr/bin/env bash
# Takes the CustomResourceDefinitions out of the modules in modules.txt, by Go's module proxy, into DIRECTORY (about 26 MB).
# Then, with a server and the original running, an administrator's token for both:
#   java -cp ... io.kybern.conformance.corpus.Main DIRECTORY ORIGINAL-URL OUR-URL TOKEN [SAMPLES]
set -euo pipefail
out=${1:?usage: fetch.sh DIRECTORY}
mkdir -p "$out"
out=$(cd "$out" && pwd)
modules=$(cd "$(dirname "$0")" && pwd)/modules.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
go mod init corpus >/dev/null 2>&1
while read -r module; do
  # a module that wants a newer Go is not unpacked, but its archive is there
  zip=$(go mod download -json "$module" | sed -n 's/^\t"Zip": "\(.*\)",$/\1/p' || true)
  [ -f "$zip" ] || { echo "$module: not to be had"; continue; }
  name=${module%@*}
  folder=$out/${name//\//_}
  mkdir -p "$folder"
  unzip -Z1 "$zip" | grep -E '\.ya?ml$' | grep -vE '/(vendor|testdata)/' | while read -r file; do
    unzip -p "$zip" "$file" > document
    if grep -q 'kind: CustomResourceDefinition' document && ! grep -q '{{' document; then
      path=${file#*@*/}
      mv document "$folder/${path//\//__}"
    fi
  done
  echo "$module: $(find "$folder" -type f | wc -l) files"
done < "$modules"
