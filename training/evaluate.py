"""Figures of an encoder on the evaluation sets: top-1, top-5, MRR@10; AUROC where there are unanswerable questions."""
import glob
import os

import numpy as np


def load_set(folder, name):
    with open(f"{folder}/{name}.lines.txt", encoding="utf8") as file:
        lines = [x for x in (row.rstrip("\n") for row in file) if x]
    index = {x: i for i, x in enumerate(lines)}
    questions, gold = [], []
    with open(f"{folder}/{name}.questions.tsv", encoding="utf8") as file:
        for row in file:
            q, expected = row.rstrip("\n").split("\t")[:2]
            right = {index[x] for x in expected.split(" || ") if x in index}
            assert right, (name, expected)
            questions.append(q)
            gold.append(right)
    path = f"{folder}/{name}.unanswerable.txt"
    unanswerable = None
    if os.path.exists(path):
        with open(path, encoding="utf8") as file:
            unanswerable = [x for x in (row.rstrip("\n") for row in file) if x]
    return lines, questions, gold, unanswerable


def set_names(folder):
    return sorted(os.path.basename(p)[:-10] for p in glob.glob(f"{folder}/*.lines.txt"))


def rank_figures(scores, gold):
    order = np.argsort(-scores, 1, kind="stable")[:, :10]
    top1 = np.mean([order[i, 0] in g for i, g in enumerate(gold)])
    top5 = np.mean([bool(set(order[i, :5]) & g) for i, g in enumerate(gold)])
    mrr = np.mean([max((1 / (r + 1) for r, x in enumerate(order[i]) if x in g), default=0) for i, g in enumerate(gold)])
    return {"top1": float(top1), "top5": float(top5), "mrr10": float(mrr)}


def auroc(yes, no):
    both = np.concatenate([yes, no])
    ranks = both.argsort().argsort()
    return float((ranks[:len(yes)].sum() - len(yes) * (len(yes) - 1) / 2) / (len(yes) * len(no)))


def evaluate(encode, folder, only=None):
    """`encode(texts)` gives unit rows. Returns {set: figures}."""
    result = {}
    for name in set_names(folder):
        if only and name not in only:
            continue
        lines, questions, gold, unanswerable = load_set(folder, name)
        left = encode(lines)
        scores = encode(questions) @ left.T
        result[name] = {"lines": len(lines), "questions": len(questions), **rank_figures(scores, gold)}
        if unanswerable:
            yes, no = scores.max(1), (encode(unanswerable) @ left.T).max(1)
            cuts = np.linspace(0, 1, 201)
            fits = [((yes > c).mean() + (no <= c).mean()) / 2 for c in cuts]
            result[name].update(auroc=auroc(yes, no), best=float(cuts[int(np.argmax(fits))]), best_balanced=float(max(fits)),
                                balanced_at_04=float(((yes > 0.4).mean() + (no <= 0.4).mean()) / 2),
                                answerable_weak=float((yes <= 0.4).mean()), unanswerable_weak=float((no <= 0.4).mean()),
                                answerable_quartiles=[round(float(x), 3) for x in np.percentile(yes, [5, 25, 50, 75, 95])],
                                unanswerable_quartiles=[round(float(x), 3) for x in np.percentile(no, [5, 25, 50, 75, 95])])
    return result


def print_table(result):
    for name, r in result.items():
        extra = ""
        if "auroc" in r:
            extra = f"  auroc {r['auroc']:.3f} best cut {r['best']:.3f} ({r['best_balanced']:.3f}), at 0.4 {r['balanced_at_04']:.3f}: weak {r['answerable_weak']:.2f} of answerable, {r['unanswerable_weak']:.2f} of unanswerable"
        print(f"{name:26s} {r['lines']:5d} {r['questions']:5d}  {r['top1']:.3f} {r['top5']:.3f} {r['mrr10']:.3f}{extra}", flush=True)
