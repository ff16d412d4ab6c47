"""Keyword baseline for the model card: BM25 (k1 1.2, b 0.75) over Latin words, Han characters and Han bigrams."""
import argparse
import collections
import json
import math
import re

import numpy as np

from evaluate import auroc, load_set, rank_figures, set_names
from normalize import HAN, load_simplify, normalize

WORD = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
IS_HAN = re.compile(f"[{HAN}]")


def terms(text):
    for run in WORD.findall(text):
        if IS_HAN.match(run):
            yield from run
            yield from (run[i:i + 2] for i in range(len(run) - 1))
        else:
            yield run


def bm25(lines, questions, k1=1.2, b=0.75):
    counts = [collections.Counter(terms(x)) for x in lines]
    lengths = np.array([sum(c.values()) for c in counts], float)
    norm = k1 * (1 - b + b * lengths / lengths.mean())
    postings = collections.defaultdict(list)
    for i, c in enumerate(counts):
        for t, n in c.items():
            postings[t].append((i, n))
    scores = np.zeros((len(questions), len(lines)))
    for q, text in enumerate(questions):
        for t in terms(text):
            if t in postings:
                idf = math.log(1 + (len(lines) - len(postings[t]) + 0.5) / (len(postings[t]) + 0.5))
                for i, n in postings[t]:
                    scores[q, i] += idf * n * (k1 + 1) / (n + norm[i])
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--simplify", required=True)
    parser.add_argument("--out")
    args = parser.parse_args()
    table = load_simplify(args.simplify)
    result = {}
    for name in set_names(f"{args.data}/eval"):
        lines, questions, gold, un = load_set(f"{args.data}/eval", name)
        rows = [normalize(x, table) for x in lines]
        scores = bm25(rows, [normalize(x, table) for x in questions])
        found = [g if scores[i].max() > 0 else set() for i, g in enumerate(gold)]
        result[name] = rank_figures(scores, found)
        if un:
            result[name]["auroc"] = auroc(scores.max(1), bm25(rows, [normalize(x, table) for x in un]).max(1))
        print(name, {k: round(v, 3) for k, v in result[name].items()})
    if args.out:
        json.dump(result, open(args.out, "w"), indent=1)


if __name__ == "__main__":
    main()
