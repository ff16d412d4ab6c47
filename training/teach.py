"""Embeddings by the two further teachers, kept in work/teach-e5.pkl and work/teach-minilm.pkl ({text: vector}), so
that texts added later cost only themselves. E5 texts carry their prefix."""
import argparse
import os
import pickle
import random
import re
import time

import torch

import corpus
from more_teachers import E5, MiniLM
from normalize import HAN

COUNTS = {"tatoeba": 20000, "opentriviaqa": 8000, "drcd": 6000, "medquad": 1500, "wikidict": 5000, "python-docs": 1500, "clinc150": 4000,
          "banking77": 3000, "bitext-support": 2000, "wordnet": 8000, "kanboard-ui": 700, "docs-intune.parallel": 1000,
          "docs-dynamics365-finance-hr.parallel": 1000}
IS_HAN = re.compile(f"[{HAN}]")


def general(data):
    """Pairs by source and single sentences, of which both sides are short; the same ones every time."""
    rng = random.Random(9)
    pairs = {n: [p for p in rng.sample(rows, min(c, len(rows))) if max(map(len, p)) <= 110]
             for n, c in COUNTS.items() for rows in [corpus.read_pairs_of(data, n)]}
    mono = corpus.read_mono(data)
    mono = [t for t in rng.sample(mono, min(14000, len(mono))) if len(t) <= 110]
    return pairs, mono


def fill(path, make, texts):
    known = pickle.load(open(path, "rb")) if os.path.exists(path) else {}
    todo = sorted(set(texts) - set(known), key=lambda t: (len(t.encode()), t))
    random.Random(1).shuffle(todo)
    began = time.time()
    if todo:
        teacher = make()
        for at in range(0, len(todo), 4096):
            part = todo[at:at + 4096]
            known.update(zip(part, teacher.encode(part)))
            if at // 4096 % 4 == 3 or at + 4096 >= len(todo):
                with open(path + ".new", "wb") as file:
                    pickle.dump(known, file, protocol=4)
                os.replace(path + ".new", path)
    print(os.path.basename(path), len(todo), "new of", len(known), round(time.time() - began), "s", flush=True)
    return known


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cards", nargs="*", default=[])
    parser.add_argument("--work", required=True)
    parser.add_argument("--general", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    e5, minilm = [], []
    for path in args.cards:
        for c in corpus.read_cards(path):
            minilm += [c["en"], *c["q_en"]] if "en" in c else []
    if args.general:
        pairs, mono = general(args.data)
        for t in [t for rows in pairs.values() for p in rows for t in p] + mono:
            e5.append("query: " + t)
            if not IS_HAN.search(t):
                minilm.append(t)
    fill(f"{args.work}/teach-minilm.pkl", MiniLM, minilm)
    fill(f"{args.work}/teach-e5.pkl", E5, e5)


if __name__ == "__main__":
    main()
