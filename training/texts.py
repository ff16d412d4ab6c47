"""Texts as the training reads them: ids in flat arrays, so that a million of them fit and a batch is quickly drawn."""
import numpy as np

from normalize import normalize
from terms import TermIds, term_ids

MAX_TOKENS = 64
MAX_LETTERS = 128


class Ragged:
    """Rows of numbers in one flat array."""

    def __init__(self, rows):
        self.lengths = np.array([len(r) for r in rows], np.int32)
        self.starts = np.concatenate([[0], np.cumsum(self.lengths, dtype=np.int64)[:-1]]) if rows else np.zeros(0, np.int64)
        self.flat = np.fromiter((i for r in rows for i in r), np.int32)

    def rows(self, which):
        return [self.flat[self.starts[i]:self.starts[i] + self.lengths[i]] for i in which]


class Texts:
    """Piece ids and term ids of texts; the latter only where the exact part is trained on them."""

    def __init__(self, ids, terms=None):
        self.ids, self.terms = Ragged(ids), terms and Ragged(terms)

    def __len__(self):
        return len(self.ids.lengths)

    def pieces_of(self, which):
        return self.ids.rows(which)

    def terms_of(self, which):
        return self.terms.rows(which) if self.terms else [np.zeros(0, np.int32)] * len(which)

    @classmethod
    def read(cls, texts, tokenizer, table):
        """Normalises and splits; passages are cut, so that a step stays short."""
        ids, found, known = [], [], TermIds()
        for at in range(0, len(texts), 50000):
            part = [normalize(t, table) for t in texts[at:at + 50000]]
            ids += [e.ids[:MAX_TOKENS] or [1] for e in tokenizer.encode_batch(part)]
            found += [term_ids(x, known, MAX_LETTERS) for x in part]
        return cls(ids, found)
