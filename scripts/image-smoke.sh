#!/usr/bin/env bash
# The Dockerfile's steps as far as they run without Docker: install, build, prune, copy, start as the image does.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
image=$(mktemp -d)
trap 'rm -rf "$image"' EXIT
mkdir "$image/build" "$image/app"
cd "$image/build"
cp "$here"/{package.json,package-lock.json,.npmrc,tsconfig.json,tsconfig.build.json} .
cp -r "$here/src" .
npm ci --silent && npm run build --silent && npm prune --omit=dev --silent
cd "$image/app"
cp -r "$image/build/node_modules" "$image/build/dist" .
# Every path that the Dockerfile's second stage copies from the build context.
sed -n '/^FROM.*slim$/,$p' "$here/Dockerfile" | awk '$1 == "COPY" && $2 !~ /^--from/ { for (i = 2; i < NF; i++) print $i, $NF }' |
  while read -r from to; do
    case "$to" in ./) cp -r "$here/$from" . ;; *) mkdir -p "$(dirname "$to")" && cp -r "$here/$from" "$to" ;; esac
  done
NODE_ENV=production "$here/scripts/smoke.sh" node bin/kb.js serve
