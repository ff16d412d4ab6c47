"""The cosine at which held-out training cards part into answerable and unanswerable, for export.py --cut.

Six times half of the held-out cards give the lines (both languages); the questions of that half are
answerable, those of the other half not. Lines of training cards fill up to 480 lines, the size of a
usual FAQ. The best balanced accuracy, smoothed over neighbouring cuts."""
import argparse
import pickle
import random
import sys

import numpy as np
import torch
from tokenizers import Tokenizer

import corpus
from model import load_student
from normalize import load_simplify
from encode import encoder, held_out


def best_cut(encode, cards, more):
    """`more`: lines that answer none of the questions."""
    more = encode(more)
    questions = [encode(c["q_zh"] + c["q_en"]) for c in cards]
    zh, en = encode([c["zh"] for c in cards]), encode([c["en"] for c in cards])
    yes, no = [], []
    for seed in range(6):
        order = list(range(len(cards)))
        random.Random(seed).shuffle(order)
        half = len(order) // 2
        lines = np.concatenate([zh[order[:half]], en[order[:half]], more[:480 - 2 * half]]).T
        yes.append((np.concatenate([questions[i] for i in order[:half]]) @ lines).max(1))
        no.append((np.concatenate([questions[i] for i in order[half:]]) @ lines).max(1))
    yes, no = np.concatenate(yes), np.concatenate(no)
    cuts = np.linspace(0.1, 0.7, 121)
    fit = np.array([((yes > c).mean() + (no <= c).mean()) / 2 for c in cuts])
    smooth = np.convolve(fit, np.ones(7) / 7, "valid")
    return float(cuts[3 + int(np.argmax(smooth))]), float(fit.max())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--state", required=True)
    parser.add_argument("--cards", required=True, help="cards/train.jsonl.gz")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--simplify", required=True)
    args = parser.parse_args()
    torch.set_num_threads(2)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    model = load_student(args.state)
    table = load_simplify(args.simplify)
    encode = encoder(model, tokenizer, table)
    with open(f"{args.work}/cards.pkl", "rb") as file:
        cards = pickle.load(file)["held"]
    train, _ = corpus.split_cards(corpus.read_cards(args.cards))
    cut, fit = best_cut(encode, cards, [c[k] for c in random.Random(2).sample(train, 150) for k in ("zh", "en")])
    print("held-out", held_out(encode, cards), "balanced accuracy", round(fit, 3), file=sys.stderr)
    print(round(cut, 3))


if __name__ == "__main__":
    main()
