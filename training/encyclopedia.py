"""Encyclopedic questions in both languages, as people look up facts: written ones (data/encyclopedia-questions.tsv), and
templates (data/question-templates.tsv) filled with titles of wikidict.

Pairs of whole questions are rare in the other sources, and names are what they turn on. Questions about one thing
follow one another and are drawn together, so that a batch has the same name with another question as well as the same
question with another name."""
import os

import corpus

TOGETHER = {"encyclopedia-questions": 4, "encyclopedia-templates": 3}
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


def read(name):
    """[(zh, en)]"""
    with open(os.path.join(DATA, name), encoding="utf8") as file:
        return [tuple(line.rstrip("\n").split("\t")) for line in file]


def written():
    return read("encyclopedia-questions.tsv")


def usable(title):
    en, zh = title
    return 3 <= len(en) <= 40 and 2 <= len(zh) <= 14 and not any(c in en + zh for c in "(),，（）:/")


def filled(data, count, rng):
    """[(zh, en)]: `count` titles, three questions each."""
    templates = read("question-templates.tsv")
    titles = [t for t in corpus.read_pairs_of(data, "wikidict") if usable(t)]
    rows = []
    for en, zh in rng.sample(titles, min(count, len(titles))):
        other_en, other_zh = rng.choice(titles)
        for template in rng.sample(templates, TOGETHER["encyclopedia-templates"]):
            slots = {"y": str(rng.randint(1100, 2025)), "n": str(rng.randint(2, 60))}
            rows.append((template[0].format(a=zh, b=other_zh, **slots), template[1].format(a=en, b=other_en, **slots)))
    return rows
