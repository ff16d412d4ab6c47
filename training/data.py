"""Normalise and tokenise all training texts once: work/pairs.pkl and work/cards.pkl."""
import argparse
import pickle
import random

from tokenizers import Tokenizer

import corpus
import encyclopedia
from normalize import load_simplify
from texts import Texts


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
    parser.add_argument("--pairs-of", nargs="*", help="read only these sources anew, leave the others of work/pairs.pkl")
    args = parser.parse_args()
    table = load_simplify(args.simplify)
    tokenizer = Tokenizer.from_file(args.tokenizer)

    train, held = corpus.split_cards(corpus.read_cards(args.cards[0]), args.held)
    for path in args.cards[1:]:
        train += corpus.read_cards(path)
    rng = random.Random(5)
    both = [c for c in train if "zh" in c and "en" in c]
    cards = {"domain": [c["domain"] for c in both], "zh": [], "en": [], "q": [], "held": held, "raw": both, "sides": {}}
    texts = []

    def add(text):
        texts.append(text)
        return len(texts) - 1

    def asked(questions):
        return [[add(q)] + [add(noisy(q, rng)) for _ in range(3)] for q in questions]

    for c in both:
        cards["zh"].append(add(c["zh"]))
        cards["en"].append(add(c["en"]))
        cards["q"].append(asked(c["q_zh"] + c["q_en"]))
    # One language's side of all cards, those in one language only behind the others.
    for side, at in (("zh", 0), ("en", 3)):
        single = [c for c in train if side in c and not ("zh" in c and "en" in c)]
        cards["sides"][side] = {"raw": both + single, "domain": [c["domain"] for c in both + single],
                                "line": cards[side] + [add(c[side]) for c in single],
                                "q": [q[at:at + 3] for q in cards["q"]] + [asked(c["q_" + side]) for c in single]}
    cards["text"] = Texts.read(texts, tokenizer, table)
    with open(f"{args.work}/cards.pkl", "wb") as file:
        pickle.dump(cards, file, protocol=4)
    print(len(both), "cards for training,", {k: len(v["line"]) for k, v in cards["sides"].items()}, "by language,", len(held), "held out", flush=True)
    if args.cards_only:
        return
    made = {"encyclopedia-questions": encyclopedia.written(), "encyclopedia-templates": encyclopedia.filled(args.data, 40000, random.Random(7))}
    pairs = {}
    if args.pairs_of is not None:
        with open(f"{args.work}/pairs.pkl", "rb") as file:
            pairs = pickle.load(file)
    for name in [*made, *corpus.train_files(args.data)]:
        if args.pairs_of is None or name in args.pairs_of:
            rows = made.get(name) or list(dict.fromkeys(corpus.read_pairs_of(args.data, name)))
            pairs[name] = tuple(Texts.read(list(side), tokenizer, table) for side in zip(*rows))
            print(name, len(rows), *(round(float(t.ids.lengths.mean()), 1) for t in pairs[name]), flush=True)
    with open(f"{args.work}/pairs.pkl", "wb") as file:
        pickle.dump(pairs, file, protocol=4)


if __name__ == "__main__":
    main()
