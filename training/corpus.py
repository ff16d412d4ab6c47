"""Reading of the training data: pairs by source, single sentences, cards."""
import gzip
import json
import os
import random


def read_pairs(path):
    with gzip.open(path, "rt", encoding="utf8") as file:
        return [tuple(line.rstrip("\n").split("\t")[:2]) for line in file]


def train_files(data):
    """Names of train/NAME.tsv.gz, sorted; cards-pairs is rebuilt from the cards."""
    names = sorted(f[:-7] for f in os.listdir(f"{data}/train") if f.endswith(".tsv.gz"))
    return [n for n in names if n != "cards-pairs"]


def read_pairs_of(data, name):
    return read_pairs(f"{data}/train/{name}.tsv.gz")


def read_mono(data):
    with gzip.open(f"{data}/train/mono.txt.gz", "rt", encoding="utf8") as file:
        return [line.rstrip("\n") for line in file]


def read_cards(path):
    with gzip.open(path, "rt", encoding="utf8") as file:
        return [json.loads(line) for line in file if line.strip()]


def split_cards(cards, held=0.05, seed=1):
    """Cards for training and the held-out ones that choose between variants."""
    order = list(range(len(cards)))
    random.Random(seed).shuffle(order)
    cut = int(len(cards) * held)
    return [cards[i] for i in sorted(order[cut:])], [cards[i] for i in sorted(order[:cut])]


def card_texts(card):
    """A card's lines and questions, in the languages it has."""
    return [text for side in ("zh", "en") if side in card for text in (card[side], *card["q_" + side])]
