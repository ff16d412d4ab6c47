"""Write simplify.json: traditional to simplified characters, counted from CC-CEDICT's word pairs.

In cc-cedict.tsv.gz a word whose traditional form differs stands directly before that form, with the
same definition. A character is mapped when at least 90 % of its uses in traditional words turn into
one other character and it is rare in simplified words; everything ambiguous is left alone.
"""
import argparse
import collections
import gzip
import json


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    with gzip.open(f"{args.data}/train/cc-cedict.tsv.gz", "rt", encoding="utf8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    words = {}  # traditional form -> simplified form
    traditional = set()
    for (a, sense_a), (b, sense_b) in zip(rows, rows[1:]):
        if sense_a == sense_b and a != b and len(a) == len(b) and sum(x == y for x, y in zip(a, b)) < len(a):
            if b not in words:
                words[b] = a
                traditional.add(b)
    to = collections.defaultdict(collections.Counter)
    in_simplified = collections.Counter()
    for word in {a for a, _ in rows} - traditional:
        in_simplified.update(set(word))
        if word not in words.values():
            for c in word:
                to[c][c] += 1
    for trad, simp in words.items():
        for x, y in zip(trad, simp):
            to[x][y] += 1
    pairs = []
    for char, counts in sorted(to.items()):
        best, count = counts.most_common(1)[0]
        total = sum(counts.values())
        if best != char and count >= 0.9 * total and in_simplified[char] <= 0.1 * total and max(ord(char), ord(best)) < 0x10000 and ord(char) > 0x3400:
            pairs.append(char + best)
    table = {p[0]: p[1] for p in pairs}
    pairs = [p for p in pairs if p[1] not in table]
    with open(args.out, "w", encoding="utf8") as file:
        json.dump("".join(pairs), file, ensure_ascii=False)
        file.write("\n")
    print(len(pairs), "characters")


if __name__ == "__main__":
    main()
