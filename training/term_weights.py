"""Starting weights of the terms: their inverse document frequency in all training texts, kept in work/terms.pt.

A Latin word counts less by LESS: what English questions share with their line by word is mostly chance, and the pieces
have it already; product names and error numbers are rare enough to stay."""
import argparse
import random

import numpy as np
import torch

import corpus
from normalize import load_simplify, normalize
from terms import BUCKETS, LATIN, TermIds, term_ids

PAIRS = 60000
LESS = 4.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cards", nargs="+", required=True)
    parser.add_argument("--simplify", required=True)
    parser.add_argument("--work", required=True)
    args = parser.parse_args()
    table = load_simplify(args.simplify)
    rng = random.Random(7)
    texts = set(corpus.read_mono(args.data))
    for name in corpus.train_files(args.data):
        rows = corpus.read_pairs_of(args.data, name)
        for pair in rng.sample(rows, min(len(rows), PAIRS)):
            texts.update(pair)
    for path in args.cards:
        for card in corpus.read_cards(path):
            texts.update(corpus.card_texts(card))
    ids, counts = TermIds(), np.zeros(BUCKETS)
    for text in texts:
        counts[term_ids(normalize(text, table), ids)] += 1
    weights = np.log(len(texts) / (counts + 1))
    weights[LATIN:] -= LESS
    weights = np.maximum(weights / 5, 0.02)
    # The student's weight is softplus(2 w).
    torch.save(torch.from_numpy(np.log(np.expm1(weights)) / 2).float(), f"{args.work}/terms.pt")
    print(len(texts), "texts", len(ids), "terms; weights", np.percentile(weights[counts > 0], [1, 10, 50, 90, 99]).round(2))


if __name__ == "__main__":
    main()
