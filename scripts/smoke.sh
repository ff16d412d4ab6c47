#!/usr/bin/env bash
# Starts the given command on a free port and a fresh data folder, asks over HTTP, stops it with SIGTERM.
# Fails unless it gets ready, answers with the right line and exits cleanly.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')

for round in first second; do
  begin=$(date +%s%N)
  KB_DATA="$work/data" KB_PORT="$port" KB_HOST=127.0.0.1 "$@" >"$work/log" 2>&1 </dev/null &
  pid=$!
  until curl -sf "http://127.0.0.1:$port/readyz" >/dev/null; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/log"; echo "smoke: ended before it was ready"; exit 1; }
    (( ($(date +%s%N) - begin) / 1000000000 < 60 )) || { cat "$work/log"; echo "smoke: not ready after a minute"; exit 1; }
    sleep 0.05
  done
  echo "smoke: $round start ready after $(( ($(date +%s%N) - begin) / 1000000 )) ms"
  answer=$(curl -sf "http://127.0.0.1:$port/search" -H 'content-type: application/json' -d '{"query":"巴黎是法国的首都吗?"}')
  node -e 'const answer = JSON.parse(process.argv[1]); if (answer.matches[0]?.text !== "法国的首都是巴黎。" || answer.matches.length !== 5) { console.error(answer); process.exit(1); }' "$answer"
  kill -TERM "$pid"
  code=0; wait "$pid" || code=$?
  # npm ends by the signal itself (143), before the program that it started; the program ends with 0.
  [[ $code == 0 || $code == 143 ]] || { cat "$work/log"; echo "smoke: exit code $code"; exit 1; }
  for ((i = 0; ; i++)); do
    curl -sf "http://127.0.0.1:$port/healthz" >/dev/null || break
    ((i < 100)) || { echo 'smoke: still running 10 s after SIGTERM'; exit 1; }
    sleep 0.1
  done
done
