"""Normalise and tokenise all training texts once: work/pairs.pkl and work/cards.pkl."""
import argparse
import pickle
import random

import numpy as np
from tokenizers import Tokenizer

import corpus
from normalize import load_simplify, normalize

MAX_TOKENS = 64


class Texts:
    """Token id rows in one flat array."""

    def __init__(self, rows):
        self.lengths = np.array([len(r) for r in rows], np.int32)
        self.starts = np.concatenate([[0], np.cumsum(self.lengths, dtype=np.int64)[:-1]]) if rows else np.zeros(0, np.int64)
        self.flat = np.fromiter((i for r in rows for i in r), np.int32) if rows else np.zeros(0, np.int32)

    def rows(self, which):
        return [self.flat[self.starts[i]:self.starts[i] + self.lengths[i]] for i in which]


ZH_SHELLS = ["请问{}", "{}", "想问下{}", "我想知道{}", "{}谢谢", "咨询一下,{}", "你好,{}", "{},急", "那个{}呢", "麻烦问一下{}"]
EN_SHELLS = ["hi, {}", "quick question: {}", "{} thanks", "can someone tell me {}", "hey, {}", "sorry to ask but {}", "{} please help", "does anyone know {}"]


def noisy(text, rng):
    """One everyday disturbance of a question: a shell, a typo, a lost word, a lost question mark."""
    kind = rng.random()
    chinese = any("\u4e00" <= c <= "\u9fff" for c in text)
    if kind < 0.35:
        return rng.choice(ZH_SHELLS if chinese else EN_SHELLS).format(text)
    if kind < 0.5:
        return text.rstrip("?？。.!！")
    if chinese:
        if kind < 0.75 and len(text) > 6:
            i = rng.randrange(len(text))
            return text[:i] + text[i + 1:]
        if len(text) > 6:
            i = rng.randrange(len(text) - 1)
            return text[:i] + text[i + 1] + text[i] + text[i + 2:]
        return text
    words = text.split(" ")
    if len(words) > 4 and kind < 0.7:
        del words[rng.randrange(len(words))]
        return " ".join(words)
    i = rng.randrange(len(words))
    w = words[i]
    if len(w) > 4:
        j = rng.randrange(1, len(w) - 2)
        words[i] = rng.choice([w[:j] + w[j + 1:], w[:j] + w[j + 1] + w[j] + w[j + 2:], w[:j] + w[j] + w[j:]])
    return " ".join(words)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cards", nargs="+", required=True)
    parser.add_argument("--simplify", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--held", type=float, default=0.05)
    parser.add_argument("--cards-only", action="store_true")
    args = parser.parse_args()
    table = load_simplify(args.simplify)
    tokenizer = Tokenizer.from_file(args.tokenizer)

    def encode(texts):
        rows = []
        for at in range(0, len(texts), 50000):
            part = [normalize(t, table) for t in texts[at:at + 50000]]
            rows += [e.ids[:MAX_TOKENS] or [1] for e in tokenizer.encode_batch(part)]
        return rows

    main_cards = corpus.read_cards(args.cards[0])
    train, held = corpus.split_cards(main_cards, args.held)
    for path in args.cards[1:]:
        train += corpus.read_cards(path)
    rng = random.Random(5)
    cards = {"domain": [c["domain"] for c in train], "text": [], "zh": [], "en": [], "q": [], "held": held, "raw": train}
    texts = []

    def add(text):
        texts.append(text)
        return len(texts) - 1

    for c in train:
        cards["zh"].append(add(c["zh"]))
        cards["en"].append(add(c["en"]))
        cards["q"].append([[add(q)] + [add(noisy(q, rng)) for _ in range(3)] for q in c["q_zh"] + c["q_en"]])
    cards["text"] = Texts(encode(texts))
    pickle.dump(cards, open(f"{args.work}/cards.pkl", "wb"))
    print(len(train), "cards for training,", len(held), "held out", flush=True)
    if args.cards_only:
        return
    pairs = {}
    for name in corpus.train_files(args.data):
        rows = corpus.read_pairs_of(args.data, name)
        a, b = encode([r[0] for r in rows]), encode([r[1] for r in rows])
        keep = list({(tuple(x), tuple(y)): None for x, y in zip(a, b) if x != y})
        pairs[name] = (Texts([x for x, _ in keep]), Texts([y for _, y in keep]))
        print(name, len(keep), round(float(pairs[name][0].lengths.mean()), 1), round(float(pairs[name][1].lengths.mean()), 1), flush=True)
    pickle.dump(pairs, open(f"{args.work}/pairs.pkl", "wb"), protocol=4)


if __name__ == "__main__":
    main()
