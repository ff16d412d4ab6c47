"""Add written cards to a file of data/: cards-extra.jsonl.gz (both languages) or cards-single.jsonl.gz (one language).

Input: text files with one card a line, fields separated by " | ": domain, zh, en, three Chinese questions, three
English ones; or domain, line, three questions, all in one language. Left out: lines with another number of fields or
an empty one, cards whose line is there already (in any file), questions said twice on a card, and cards with a text
that equals, but for case, blanks and punctuation, a text of an evaluation set."""
import argparse
import collections
import glob
import gzip
import io
import json
import os
import re
import unicodedata

import corpus

HAN = re.compile("[\u4e00-\u9fff]")
DROP = re.compile(r"[\W_]+")


def key(text):
    return DROP.sub("", unicodedata.normalize("NFKC", text).lower())


def evaluation_texts(folder):
    for path in sorted(glob.glob(f"{folder}/*.txt") + glob.glob(f"{folder}/*.tsv")):
        with open(path, encoding="utf8") as file:
            for row in file:
                for part in row.rstrip("\n").replace(" || ", "\t").split("\t"):
                    yield part


def parse(row):
    """A card of a line of text, or None."""
    fields = [x.strip() for x in row.split(" | ")]
    if len(fields) == 9:
        return dict(zip(("domain", "zh", "en"), fields), q_zh=fields[3:6], q_en=fields[6:9])
    if len(fields) == 5:
        side = "zh" if HAN.search(fields[1]) else "en"
        return {"domain": fields[0], side: fields[1], "q_" + side: fields[2:5]}
    return None


def well_formed(card, domains):
    texts = corpus.card_texts(card)
    english = [card[k] for k in ("en",) if k in card] + card.get("q_en", [])
    return card["domain"] in domains and all(map(key, texts)) and not any(map(HAN.search, english)) and ("zh" not in card or bool(HAN.search(card["zh"])))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cards", required=True, help="the file, read and written")
    parser.add_argument("--beside", nargs="*", default=[], help="other files, whose lines are known too")
    parser.add_argument("--texts", nargs="+", required=True)
    args = parser.parse_args()
    given = corpus.read_cards(f"{args.data}/cards/train.jsonl.gz")
    domains = {c["domain"] for c in given}
    banned = {key(t) for t in evaluation_texts(f"{args.data}/eval")} - {""}
    for path in args.beside:
        given += corpus.read_cards(path)
    lines = {key(c[k]) for c in given for k in ("zh", "en") if k in c}
    cards = corpus.read_cards(args.cards) if os.path.exists(args.cards) else []
    for path in args.texts:
        with open(path, encoding="utf8") as file:
            cards += [parse(row) for row in (unicodedata.normalize("NFC", row.strip()) for row in file) if row]
    kept, why = [], collections.Counter()
    for card in cards:
        if card is None or not well_formed(card, domains):
            why["malformed"] += 1
        elif any(key(card[k]) in lines for k in ("zh", "en") if k in card):
            why["line there already"] += 1
        elif any(len(set(map(key, card[q]))) < 3 for q in ("q_zh", "q_en") if q in card):
            why["question twice"] += 1
        elif any(key(t) in banned for t in corpus.card_texts(card)):
            why["in an evaluation set"] += 1
        else:
            lines |= {key(card[k]) for k in ("zh", "en") if k in card}
            kept.append(card)
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=9, filename="") as file:
        for card in kept:
            file.write((json.dumps(card, ensure_ascii=False) + "\n").encode())
    with open(args.cards, "wb") as file:
        file.write(raw.getvalue())
    print(len(cards), "read,", len(kept), "kept;", dict(why), dict(collections.Counter(c["domain"] for c in kept)))


if __name__ == "__main__":
    main()
