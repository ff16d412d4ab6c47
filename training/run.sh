#!/usr/bin/env bash
# From a data folder (train/, eval/, cards/, lexicon/) to models/builtin, with fixed seeds.
# Usage: training/run.sh [DATA] ; environment: DATA, WORK (scratch folder), STEPS, PYTHON
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(dirname "$here")"
DATA="${1:-${DATA:-$root/../shared/data}}"
WORK="${WORK:-$(mktemp -d)}"
PYTHON="${PYTHON:-python3}"
out="$root/models/builtin"
simplify="$out/simplify.json"
cards=("$DATA/cards/train.jsonl.gz" "$here/data/cards-extra.jsonl.gz" "$here/data/cards-single.jsonl.gz")
mkdir -p "$WORK" "$out"
cd "$here"
common=(--data "$DATA" --simplify "$simplify")
"$PYTHON" build_simplify.py --data "$DATA" --out "$simplify"
"$PYTHON" build_tokenizer.py "${common[@]}" --cards "${cards[0]}" --work "$WORK" --out "$WORK/tokenizer.json"
"$PYTHON" init_table.py "${common[@]}" --cards "${cards[0]}" --tokenizer "$WORK/tokenizer.json" --out "$WORK/init.pt"
"$PYTHON" term_weights.py --data "$DATA" --cards "${cards[@]}" --simplify "$simplify" --work "$WORK"
"$PYTHON" data.py "${common[@]}" --cards "${cards[@]}" --tokenizer "$WORK/tokenizer.json" --work "$WORK"
"$PYTHON" distill.py "${common[@]}" --tokenizer "$WORK/tokenizer.json" --work "$WORK"
"$PYTHON" teach.py --data "$DATA" --cards "${cards[@]}" --general --work "$WORK"
# Rounds of two runs side by side, one thread each; every round goes on from the average of the one before.
# round ROUND FROM TO STEPS [STATE...]: shares of the learning rates at its start and end
round() {
  local round="$1" from="$2" to="$3" steps="$4" run pids=()
  shift 4
  for run in 0 1; do
    OMP_NUM_THREADS=1 "$PYTHON" train.py --threads 1 --work "$WORK" --data "$DATA" --init "$WORK/init.pt" \
      --tokenizer "$WORK/tokenizer.json" --simplify "$simplify" --out "$WORK/student$round$run.pt" --seed "$round$run" \
      --steps "$steps" --rate-from "$from" --rate-to "$to" ${1:+--resume "$@"} &
    pids+=($!)
  done
  for run in "${pids[@]}"; do wait "$run"; done
}
round 1 1 0.8 "${STEPS:-3500}"
round 2 0.9 0.75 "${STEPS:-3500}" "$WORK"/student1[01].pt
round 3 0.8 0 "${STEPS:-7000}" "$WORK"/student2[01].pt
"$PYTHON" soup.py --states "$WORK"/student3[01].pt --init "$WORK/init.pt" --start-share 0.15 --work "$WORK" --narrow 255 --out "$WORK/soup.pt"
constants="$("$PYTHON" find_constants.py --work "$WORK" --cards "${cards[0]}" --state "$WORK/soup.pt" --tokenizer "$WORK/tokenizer.json" --simplify "$simplify")"
"$PYTHON" export.py --state "$WORK/soup.pt" --tokenizer "$WORK/tokenizer.json" --constants $constants --out "$out"
"$PYTHON" report.py --model "$out" --data "$DATA"
"$PYTHON" fixtures.py --model "$out" --data "$DATA" --out "$root/test/fixtures/builtin-model.json"
