"""Sentence embeddings of the teacher for a sample of texts in both languages: work/distill.pkl.

The student learns the teacher's order of similarity on them, so that general and cross-language
knowledge is kept while the cards are learned."""
import argparse
import pickle
import random

import numpy as np
import torch
from tokenizers import Tokenizer

import corpus
from texts import MAX_TOKENS, Texts
from normalize import load_simplify, normalize
from use_teacher import Teacher

COUNTS = {"tatoeba": 10000, "opentriviaqa": 30000, "drcd": 13983, "medquad": 1500, "wikidict": 8000, "python-docs": 1500,
          "clinc150": 1500, "docs-intune.parallel": 1000, "docs-dynamics365-finance-hr.parallel": 1000}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--simplify", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--work", required=True)
    args = parser.parse_args()
    torch.set_num_threads(2)
    rng = random.Random(9)
    texts = set()
    for name, count in COUNTS.items():
        rows = corpus.read_pairs_of(args.data, name)
        for pair in rng.sample(rows, min(count, len(rows))):
            texts.update(t for t in pair if len(t) <= 110)
    mono = corpus.read_mono(args.data)
    texts.update(t for t in rng.sample(mono, min(14000, len(mono))) if len(t) <= 110)
    texts = sorted(texts, key=lambda t: (len(t.encode()), t))
    teacher = Teacher()
    out = np.zeros((len(texts), 512), np.float16)
    with torch.inference_mode():
        for at in range(0, len(texts), 128):
            rows = [[1] + r + [2] for r in teacher.sp.encode(texts[at:at + 128])]
            ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
            mask = torch.zeros(ids.shape)
            for r, row in enumerate(rows):
                ids[r, :len(row)] = torch.tensor(row)
                mask[r, :len(row)] = 1
            out[at:at + len(rows)] = teacher.encode(ids, mask).numpy()
    table = load_simplify(args.simplify)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    ids = [e.ids[:MAX_TOKENS] or [1] for e in tokenizer.encode_batch([normalize(t, table) for t in texts])]
    pickle.dump((Texts(ids), out), open(f"{args.work}/distill.pkl", "wb"), protocol=4)
    print(len(texts), "texts")


if __name__ == "__main__":
    main()
