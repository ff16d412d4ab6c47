"""Add written cards to data/cards-extra.jsonl.gz.

Input: text files with one card a line, 9 fields separated by " | " (domain, zh, en, three Chinese questions, three
English ones). Left out: lines with other than 9 fields or an empty one, cards whose zh or en line is there already
(in any file), questions said twice on a card, and cards with a text that equals, but for case, blanks and
punctuation, a text of an evaluation set."""
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

DROP = re.compile(r"[\W_]+")


def key(text):
    return DROP.sub("", unicodedata.normalize("NFKC", text).lower())


def evaluation_texts(folder):
    for path in sorted(glob.glob(f"{folder}/*.txt") + glob.glob(f"{folder}/*.tsv")):
        with open(path, encoding="utf8") as file:
            for row in file:
                for part in row.rstrip("\n").replace(" || ", "\t").split("\t"):
                    yield part


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cards", required=True, help="cards-extra.jsonl.gz, read and written")
    parser.add_argument("--texts", nargs="+", required=True)
    args = parser.parse_args()
    given = corpus.read_cards(f"{args.data}/cards/train.jsonl.gz")
    domains = {c["domain"] for c in given}
    banned = {key(t) for t in evaluation_texts(f"{args.data}/eval")} - {""}
    lines = {key(c[k]) for c in given for k in ("zh", "en")}
    cards = corpus.read_cards(args.cards) if os.path.exists(args.cards) else []
    for path in args.texts:
        with open(path, encoding="utf8") as file:
            for row in file:
                row = unicodedata.normalize("NFC", row.strip())
                fields = [x.strip() for x in row.split(" | ")]
                if row:
                    cards.append(dict(zip(("domain", "zh", "en"), fields), q_zh=fields[3:6], q_en=fields[6:9], fields=len(fields)))
    kept, why = [], collections.Counter()
    for c in cards:
        texts = corpus.card_texts(c) if c.get("fields", 9) == 9 else []
        han = [bool(re.search("[\u4e00-\u9fff]", t)) for t in texts]
        if not texts or not all(map(key, texts)) or c["domain"] not in domains or not han[0] or han[1] or any(han[5:]):
            why["malformed"] += 1
        elif key(c["zh"]) in lines or key(c["en"]) in lines:
            why["line there already"] += 1
        elif len(set(map(key, c["q_zh"]))) < 3 or len(set(map(key, c["q_en"]))) < 3:
            why["question twice"] += 1
        elif any(key(t) in banned for t in texts):
            why["in an evaluation set"] += 1
        else:
            lines |= {key(c["zh"]), key(c["en"])}
            kept.append({k: c[k] for k in ("domain", "zh", "en", "q_zh", "q_en")})
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=9, filename="") as file:
        for c in kept:
            file.write((json.dumps(c, ensure_ascii=False) + "\n").encode())
    with open(args.cards, "wb") as file:
        file.write(raw.getvalue())
    print(len(cards), "read,", len(kept), "kept;", dict(why), dict(collections.Counter(c["domain"] for c in kept)))


if __name__ == "__main__":
    main()
