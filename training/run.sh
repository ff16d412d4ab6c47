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
cards=("$DATA/cards/train.jsonl.gz" "$here/data/cards-extra.jsonl.gz")
mkdir -p "$WORK" "$out"
cd "$here"
common=(--data "$DATA" --simplify "$simplify")
"$PYTHON" build_simplify.py --data "$DATA" --out "$simplify"
"$PYTHON" build_tokenizer.py "${common[@]}" --cards "${cards[0]}" --work "$WORK" --out "$WORK/tokenizer.json"
"$PYTHON" init_table.py "${common[@]}" --cards "${cards[0]}" --tokenizer "$WORK/tokenizer.json" --out "$WORK/init.pt"
"$PYTHON" data.py "${common[@]}" --cards "${cards[@]}" --tokenizer "$WORK/tokenizer.json" --work "$WORK"
"$PYTHON" distill.py "${common[@]}" --tokenizer "$WORK/tokenizer.json" --work "$WORK"
"$PYTHON" teach.py --data "$DATA" --cards "${cards[@]}" --general --work "$WORK"
# Two runs of different seeds from the same start, then their average.
steps=("${STEPS:-2307}" "${STEPS:-2341}")
for run in 0 1; do
  "$PYTHON" train.py --work "$WORK" --data "$DATA" --init "$WORK/init.pt" --tokenizer "$WORK/tokenizer.json" --simplify "$simplify" \
    --out "$WORK/student$run.pt" --seed $((11 + run)) --steps "${steps[run]}" --lr 8e-4 --lr-table 1.2e-3
done
"$PYTHON" soup.py --states "$WORK/student0.pt" "$WORK/student1.pt" --init "$WORK/init.pt" --start-share 0.15 --work "$WORK" --narrow 255 --out "$WORK/soup.pt"
cut="$("$PYTHON" cut.py --work "$WORK" --cards "${cards[0]}" --state "$WORK/soup.pt" --tokenizer "$WORK/tokenizer.json" --simplify "$simplify")"
"$PYTHON" export.py --state "$WORK/soup.pt" --tokenizer "$WORK/tokenizer.json" --cut "$cut" --out "$out"
"$PYTHON" report.py --model "$out" --data "$DATA"
"$PYTHON" fixtures.py --model "$out" --data "$DATA" --out "$root/test/fixtures/builtin-model.json"
