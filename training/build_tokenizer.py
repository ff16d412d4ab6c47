"""Learn the Unigram pieces (SentencePiece) and write them as a Hugging Face tokenizer.json."""
import argparse
import collections
import gzip
import json
import math
import os
import random
import re

import sentencepiece as spm

import corpus
from normalize import HAN, load_simplify, normalize

# Share of each source's texts that goes into the sample (several times where above 1).
SHARES = {
    "cc-cedict": 0.35, "wordnet": 0.3, "wikidict": 0.25, "china-laws": 0.4, "python-docs": 0.5,
    "tatoeba": 3, "clinc150": 0.3, "banking77": 0.3, "bitext-support": 0.3, "medquad": 0.5,
    "opentriviaqa": 0.7, "drcd": 0.6,
}


def sample(data, cards, rng):
    for name in corpus.train_files(data):
        share = SHARES.get(name, 0.6 if name.startswith("docs-") else 1)
        for pair in corpus.read_pairs_of(data, name):
            for text in pair:
                for _ in range(int(share) + (rng.random() < share % 1)):
                    yield text
    for text in corpus.read_mono(data):
        if rng.random() < 0.5:
            yield text
    for card in cards:
        for text in corpus.card_texts(card):
            for _ in range(6):
                yield text
    with gzip.open(f"{data}/lexicon/jionlp-idf.tsv.gz", "rt", encoding="utf8") as file:
        for line in file:
            word, idf = line.rstrip("\n").split("\t")
            try:
                times = min(40, int(20000 * math.exp(-float(idf))) + 1)
            except ValueError:
                continue
            for _ in range(times if float(idf) < 13.5 else 0):
                yield word


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cards", nargs="+", required=True, help="card files")
    parser.add_argument("--simplify", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", required=True, help="tokenizer.json")
    parser.add_argument("--pieces", type=int, default=45000)
    args = parser.parse_args()
    rng = random.Random(7)
    table = load_simplify(args.simplify)
    cards = [c for path in args.cards for c in corpus.read_cards(path)]
    path = os.path.join(args.work, "tokenizer-sample.txt")
    counts = collections.Counter()
    with open(path, "w", encoding="utf8") as file:
        for text in sample(args.data, cards, rng):
            text = normalize(text, table)
            if text:
                counts.update(text)
                file.write(text + "\n")
    han = re.compile(f"[{HAN}]")
    required = [c for c, n in counts.items() if n >= (4 if han.match(c) else 60) and c != " "]
    print("characters kept:", len(required), flush=True)
    prefix = os.path.join(args.work, "pieces")
    spm.SentencePieceTrainer.train(
        input=path, model_prefix=prefix, model_type="unigram", vocab_size=args.pieces,
        normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False,
        character_coverage=0.9995, required_chars="".join(required), max_sentencepiece_length=14,
        input_sentence_size=800000, shuffle_input_sentence=True, num_threads=2, seed_sentencepiece_size=300000,
        num_sub_iterations=2, pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, pad_piece="<pad>", unk_piece="<unk>",
        split_by_unicode_script=True, split_digits=False, minloglevel=1,
    )
    model = spm.SentencePieceProcessor(model_file=prefix + ".model")
    vocab = [[model.id_to_piece(i), round(model.get_score(i), 3)] for i in range(model.get_piece_size())]
    vocab[0][1] = vocab[1][1] = 0
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [], "normalizer": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "never", "split": True},
        "post_processor": None,
        "decoder": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "never", "split": True},
        "model": {"type": "Unigram", "unk_id": 1, "vocab": vocab, "byte_fallback": False},
    }
    with open(args.out, "w", encoding="utf8") as file:
        json.dump(tokenizer, file, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
